/**
 * Kinds of the compact profile: one short phrase each, names of two syllables, small whole numbers. A policy of under a
 * million parameters reads and writes such environments after minutes of training; the usual ones are too long for it.
 */
import type { Kind } from '../questions/kind.ts';
import { numberArgument } from '../questions/kind.ts';
import type { SlotType } from '../questions/slot-types.ts';

/** Subject of a look-up, what it yields, its English and Chinese words. */
type Fact = readonly [id: string, subject: SlotType, out: SlotType, en: string, zh: string];

const FACTS: readonly Fact[] = [
  ['temperature', 'place', 'count', 'temperature in', '气温'],
  ['room_rate', 'place', 'count', 'room rate in', '房价'],
  ['population', 'place', 'count', 'population of', '人口'],
  ['mayor', 'place', 'person', 'mayor of', '市长'],
  ['age', 'person', 'count', 'age of', '年龄'],
  ['phone', 'person', 'count', 'phone of', '电话'],
  ['home_town', 'person', 'place', 'home town of', '家乡'],
  ['employer', 'person', 'organisation', 'employer of', '雇主'],
  ['price', 'item', 'count', 'price of', '价格'],
  ['stock', 'item', 'count', 'stock of', '库存'],
  ['maker', 'item', 'organisation', 'maker of', '制造商'],
  ['founder', 'organisation', 'person', 'founder of', '创办人'],
  ['seat', 'organisation', 'place', 'seat of', '总部'],
  ['staff', 'organisation', 'count', 'staff of', '员工数'],
];

const NAMED: Partial<Record<SlotType, string>> = {
  place: 'city',
  person: 'person',
  item: 'item',
  organisation: 'firm',
};

function lookUp([id, subject, out, en, zh]: Fact): Kind {
  const slot = NAMED[subject] ?? subject;
  const plain = `the ${en} a ${slot}`;
  return {
    id: `compact_${id}`,
    compact: true,
    out,
    slots: { [slot]: subject },
    phrase: { en: `the ${en} {${slot}}`, zh: `{${slot}}的${zh}` },
    title: { en: plain, zh: `${zh}` },
    toolNames: [id],
  };
}

const TIMES: Kind = {
  id: 'compact_times',
  compact: true,
  out: 'count',
  slots: { factor: 'count', number: 'count' },
  phrase: { en: '{factor} times {number}', zh: '{number}的{factor}倍' },
  title: { en: 'a multiple of a number', zh: '一个数的倍数' },
  toolNames: ['times'],
  compute: {
    answer: (args) => numberArgument(args, 'factor') * numberArgument(args, 'number'),
    python: ['result = factor * number'],
  },
};

export const COMPACT_KINDS: readonly Kind[] = [...FACTS.map(lookUp), TIMES];
