/** Sub-questions that arithmetic over a list answers. */

import type { Kind } from './kind.ts';
import { cents, numberArgument, numbersArgument, ROUND } from './kind.ts';

export const LIST_CALCULATIONS: readonly Kind[] = [
  {
    id: 'count_above',
    out: 'count',
    slots: { threshold: 'threshold', readings: 'numbers' },
    phrase: {
      en: 'the number of readings above {threshold} in the list {readings}',
      zh: '列表{readings}中高于{threshold}的读数个数',
    },
    title: { en: 'how many readings of a list exceed a threshold', zh: '列表中高于门槛的读数个数' },
    toolNames: ['count_above_threshold', 'filter_and_count'],
    compute: {
      answer: (args) =>
        numbersArgument(args, 'readings').filter((value) => value > numberArgument(args, 'threshold')).length,
      python: ['result = sum(1 for value in readings if value > threshold)'],
    },
  },
  {
    id: 'mean',
    out: 'measure',
    slots: { readings: 'numbers' },
    phrase: { en: 'the mean, to two decimals, of the readings {readings}', zh: '读数{readings}保留两位小数的平均值' },
    title: { en: 'the mean of a list of readings, to two decimals', zh: '一列读数保留两位小数的平均值' },
    toolNames: ['compute_mean', 'average_readings'],
    compute: {
      answer(args) {
        const values = numbersArgument(args, 'readings');
        return cents(values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2);
      },
      python: ['value = sum(readings) / len(readings)', `result = ${ROUND}`],
      imports: ['math'],
    },
  },
  {
    id: 'spread',
    out: 'count',
    slots: { readings: 'numbers' },
    phrase: {
      en: 'the gap between the largest and smallest of the readings {readings}',
      zh: '读数{readings}中最大值与最小值之差',
    },
    title: { en: 'the gap between the largest and the smallest reading of a list', zh: '一列读数中最大值与最小值之差' },
    toolNames: ['compute_range', 'reading_spread'],
    compute: {
      answer(args) {
        const values = numbersArgument(args, 'readings');
        return Math.max(...values) - Math.min(...values);
      },
      python: ['result = max(readings) - min(readings)'],
    },
  },
  {
    id: 'band',
    out: 'label',
    slots: { quantity: 'count', labels: 'labels', limits: 'limits' },
    phrase: {
      en: 'the class of {quantity} when the classes {labels} start at {limits}',
      zh: '当类别{labels}分别从{limits}开始时{quantity}所属的类别',
    },
    title: { en: 'the class a quantity falls into by lower limits', zh: '按下限判断一个数目所属的类别' },
    toolNames: ['classify_by_limits', 'assign_class'],
    compute: {
      answer(args) {
        const limits = numbersArgument(args, 'limits');
        const labels = Array.isArray(args['labels']) ? args['labels'].map(String) : [];
        const index = limits.filter((limit) => limit <= numberArgument(args, 'quantity')).length - 1;
        return labels.length === limits.length ? labels[index] : undefined;
      },
      python: [
        'if len(labels) != len(limits) or sorted(limits) != list(limits):',
        '    return fail("invalid_limits", "limits must ascend and be as many as labels")',
        'reached = [label for label, limit in zip(labels, limits) if quantity >= limit]',
        'if not reached:',
        '    return fail("out_of_range", "quantity lies below the lowest limit")',
        'result = reached[-1]',
      ],
    },
  },
];
