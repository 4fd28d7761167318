/** Sub-questions that arithmetic answers. */
import { dayOf, isoDate, money } from '../language/names.ts';
import type { Arguments, Kind } from './kind.ts';
import { cents, numberArgument, ROUND } from './kind.ts';

const inCurrency = (args: Arguments, value: number, parameter = 'currency'): string | undefined =>
  Number.isFinite(value)
    ? `${money(cents(value))}${args[parameter] === undefined ? '' : ` ${args[parameter]}`}`
    : undefined;

/** Money in, money out: the currency of the first amount names the unit. */
const amountOf = (formula: (args: Arguments) => number, python: string): Pick<Kind, 'compute'> => ({
  compute: {
    answer: (args) => inCurrency(args, formula(args)),
    python: [`value = ${python}`, `result = ${ROUND}`],
    imports: ['math'],
    unit: { parameter: 'currency' },
  },
});

export const CALCULATIONS: readonly Kind[] = [
  {
    id: 'total_cost',
    out: 'amount',
    slots: { quantity: 'count', amount: 'amount' },
    phrase: { en: 'the total cost of {quantity} units at {amount} each', zh: '按每件{amount}购买{quantity}件的总费用' },
    title: { en: 'the total cost of a quantity at a unit price', zh: '按单价购买一定件数的总费用' },
    toolNames: ['compute_total_cost', 'multiply_price'],
    ...amountOf((args) => numberArgument(args, 'quantity') * numberArgument(args, 'amount'), 'quantity * amount'),
  },
  {
    id: 'difference',
    out: 'amount',
    slots: { amount: 'amount', other_amount: 'amount' },
    phrase: { en: 'the difference between {amount} and {other_amount}', zh: '{amount}与{other_amount}之间的差额' },
    title: { en: 'the absolute difference of two sums of money', zh: '两笔款项之间的差额' },
    toolNames: ['subtract_amounts', 'compute_difference'],
    ...amountOf(
      (args) => Math.abs(numberArgument(args, 'amount') - numberArgument(args, 'other_amount')),
      'abs(amount - other_amount)',
    ),
  },
  {
    id: 'sum',
    out: 'amount',
    slots: { amount: 'amount', other_amount: 'amount' },
    phrase: { en: 'the sum of {amount} and {other_amount}', zh: '{amount}与{other_amount}的合计' },
    title: { en: 'the sum of two sums of money', zh: '两笔款项的合计' },
    toolNames: ['add_amounts', 'compute_sum'],
    ...amountOf(
      (args) => numberArgument(args, 'amount') + numberArgument(args, 'other_amount'),
      'amount + other_amount',
    ),
  },
  {
    id: 'conversion',
    out: 'amount',
    slots: { amount: 'amount', target_currency: 'currency', rate: 'rate' },
    phrase: {
      en: 'the value of {amount} exchanged into {target_currency} at a rate of {rate}',
      zh: '按汇率{rate}将{amount}兑换成{target_currency}的数额',
    },
    title: { en: 'a sum of money exchanged at a given rate', zh: '按给定汇率兑换的数额' },
    toolNames: ['convert_currency', 'exchange_amount'],
    compute: {
      answer: (args) =>
        inCurrency(args, numberArgument(args, 'amount') * numberArgument(args, 'rate'), 'target_currency'),
      python: ['value = amount * rate', `result = ${ROUND}`],
      imports: ['math'],
      unit: { parameter: 'target_currency' },
    },
  },
  {
    id: 'share',
    out: 'measure',
    slots: { quantity: 'count', other_quantity: 'count' },
    phrase: {
      en: 'the ratio of {quantity} to {other_quantity} as a percentage',
      zh: '{quantity}占{other_quantity}的百分比',
    },
    title: { en: 'the ratio of two quantities as a percentage', zh: '两个数目之间的百分比' },
    toolNames: ['compute_percentage', 'ratio_percent'],
    compute: {
      answer(args) {
        const value = (numberArgument(args, 'quantity') / numberArgument(args, 'other_quantity')) * 100;
        return Number.isFinite(value) ? `${cents(value).toFixed(2)}%` : undefined;
      },
      python: [
        'if other_quantity == 0:',
        '    return fail("out_of_range", "other_quantity must not be zero")',
        'value = quantity / other_quantity * 100',
        `result = ${ROUND}`,
      ],
      imports: ['math'],
      unit: { literal: '%' },
    },
  },
  {
    id: 'travel_time',
    out: 'duration',
    slots: { distance: 'distance', speed: 'speed' },
    phrase: {
      en: 'the travel time in minutes for {distance} at {speed} km/h',
      zh: '以每小时{speed}千米行驶{distance}所需的分钟数',
    },
    title: {
      en: 'the travel time over a distance at a steady speed, in minutes',
      zh: '以匀速行驶一段距离所需的分钟数',
    },
    toolNames: ['compute_travel_time', 'estimate_minutes'],
    compute: {
      answer(args) {
        const value = (numberArgument(args, 'distance') / numberArgument(args, 'speed')) * 60;
        return Number.isFinite(value) ? `${cents(value).toFixed(2)} minutes` : undefined;
      },
      python: ['value = distance / speed * 60', `result = ${ROUND}`],
      imports: ['math'],
      unit: { literal: 'minutes' },
    },
  },
  {
    id: 'later_date',
    out: 'date',
    slots: { days: 'days', date: 'date' },
    phrase: { en: 'the date {days} days after {date}', zh: '{date}之后{days}天的日期' },
    title: { en: 'the date a number of days after a start date', zh: '起始日之后若干天的日期' },
    toolNames: ['add_days', 'compute_later_date'],
    compute: {
      answer(args) {
        const day = dayOf(String(args['date'])) + numberArgument(args, 'days');
        return Number.isFinite(day) && day < 2_000_000 ? isoDate(day) : undefined;
      },
      python: [
        'try:',
        '    start = datetime.date.fromisoformat(date)',
        '    result = (start + datetime.timedelta(days=days)).isoformat()',
        'except (ValueError, OverflowError):',
        '    return fail("invalid_date", "date must be a real calendar day")',
      ],
      imports: ['datetime'],
    },
  },
  {
    id: 'days_between',
    out: 'count',
    slots: { date: 'date', other_date: 'date' },
    phrase: { en: 'the number of days between {date} and {other_date}', zh: '{date}与{other_date}相隔的天数' },
    title: { en: 'the number of days between two dates', zh: '两个日期相隔的天数' },
    toolNames: ['count_days_between', 'date_difference'],
    compute: {
      answer(args) {
        const days = Math.abs(dayOf(String(args['date'])) - dayOf(String(args['other_date'])));
        return Number.isFinite(days) ? days : undefined;
      },
      python: [
        'try:',
        '    first = datetime.date.fromisoformat(date)',
        '    second = datetime.date.fromisoformat(other_date)',
        'except ValueError:',
        '    return fail("invalid_date", "both dates must be real calendar days")',
        'result = abs((second - first).days)',
      ],
      imports: ['datetime'],
    },
  },
  {
    id: 'interest',
    out: 'amount',
    slots: { amount: 'amount', years: 'years', percent: 'percent' },
    phrase: {
      en: 'the final value of {amount} after {years} years at {percent} percent compound interest',
      zh: '{amount}按年复利百分之{percent}计息{years}年后的本息',
    },
    title: { en: 'the final value of a deposit with yearly compound interest', zh: '按年复利计息的本息' },
    toolNames: ['compound_interest', 'compute_final_value'],
    compute: {
      answer(args) {
        let value = numberArgument(args, 'amount');
        for (let year = 0; year < numberArgument(args, 'years'); year++)
          value *= 1 + numberArgument(args, 'percent') / 100;
        return inCurrency(args, value);
      },
      python: ['value = amount', 'for _ in range(years):', '    value *= 1 + percent / 100', `result = ${ROUND}`],
      imports: ['math'],
      unit: { parameter: 'currency' },
    },
  },
  {
    id: 'higher',
    out: 'amount',
    slots: { amount: 'amount', other_amount: 'amount' },
    phrase: { en: 'the higher of {amount} and {other_amount}', zh: '{amount}与{other_amount}两者中较高的一个' },
    title: { en: 'the higher of two sums of money', zh: '两笔款项中较高的一笔' },
    toolNames: ['compare_amounts', 'higher_amount'],
    leafOnly: true,
    ...amountOf(
      (args) => Math.max(numberArgument(args, 'amount'), numberArgument(args, 'other_amount')),
      'max(amount, other_amount)',
    ),
  },
];
