/** Graphs of kinds before any value: which question rests on which. */

import type { Rng } from '../draws.ts';
import { chance, pick } from '../draws.ts';
import type { Kind, OutType } from '../questions/kind.ts';
import { KINDS, kindOf } from '../questions/kinds.ts';
import type { SlotType } from '../questions/slot-types.ts';

export interface PlannedNode {
  readonly kind: Kind;
  /** Slot name to the node (by object) whose answer fills it. */
  readonly rests: { readonly [slot: string]: PlannedNode };
}

/** What a chain can pass on: types that some kind yields and some slot takes. */
const LINKS: ReadonlySet<OutType> = new Set<OutType>(
  'organisation person place item code label date amount count distance'.split(' ').map((type) => type as SlotType),
);
const OPEN = KINDS.filter((kind) => kind.out !== 'any');

/** A chain of this length that ends in the given type (any when undefined). */
export function chain(rng: Rng, length: number, goal?: SlotType): PlannedNode {
  const path = draft(rng, length, goal);
  return path.reduce<PlannedNode | undefined>((previous, step) => link(step, previous), undefined) ?? fallback();
}

interface Step {
  readonly kind: Kind;
  /** Slot the previous answer goes to; undefined for the first step. */
  readonly slot: string | undefined;
}

const link = ({ kind, slot }: Step, previous: PlannedNode | undefined): PlannedNode => ({
  kind,
  rests: previous === undefined || slot === undefined ? {} : { [slot]: previous },
});
const fallback = (): PlannedNode => ({ kind: kindOf('registration'), rests: {} });

/** From the last step to the first, then turned around; a kind comes twice only when nothing else fits. */
function draft(rng: Rng, length: number, goal?: SlotType): Step[] {
  const steps: Step[] = [];
  let wanted: SlotType | undefined = goal;
  for (let left = length; left > 0; left--) {
    const step = draw(rng, { wanted, first: left === 1, last: left === length, taken: steps.map(({ kind }) => kind) });
    steps.unshift(step);
    wanted = step.slot === undefined ? undefined : step.kind.slots[step.slot];
  }
  return steps;
}

interface Wish {
  readonly wanted: SlotType | undefined;
  readonly first: boolean;
  readonly last: boolean;
  readonly taken: readonly Kind[];
}

function draw(rng: Rng, { wanted, first, last, taken }: Wish): Step {
  const fitting = OPEN.filter((kind) => {
    if (wanted !== undefined && kind.out !== wanted) return false;
    if (!first && linkSlots(kind).length === 0) return false;
    // A comparison closes a graph; a changed currency must not be mixed with another.
    const ending = last && wanted === undefined;
    return ending ? kind.leafOnly !== true || !first : kind.leafOnly !== true && kind.id !== 'conversion';
  });
  const rare = fitting.filter((kind) => !LINKS.has(kind.out));
  // Yes-or-no, list and plain measure answers can only end a graph: without a nudge they would be seldom.
  if (last && rare.length > 0 && chance(rng, 0.3)) fitting.splice(0, fitting.length, ...rare);
  const unused = fitting.filter((kind) => !taken.includes(kind));
  const kind = pick(rng, unused.length > 0 ? unused : fitting);
  return { kind, slot: first ? undefined : pick(rng, linkSlots(kind)) };
}

const linkSlots = (kind: Kind): string[] =>
  Object.entries(kind.slots)
    .filter(([, type]) => LINKS.has(type))
    .map(([name]) => name);

/** Kinds with two slots of one type that two branches can feed. */
const JOINS: readonly { kind: string; slots: readonly [string, string]; type: SlotType }[] = [
  { kind: 'difference', slots: ['amount', 'other_amount'], type: 'amount' },
  { kind: 'sum', slots: ['amount', 'other_amount'], type: 'amount' },
  { kind: 'higher', slots: ['amount', 'other_amount'], type: 'amount' },
  { kind: 'share', slots: ['quantity', 'other_quantity'], type: 'count' },
  { kind: 'days_between', slots: ['date', 'other_date'], type: 'date' },
  { kind: 'road', slots: ['place', 'destination'], type: 'place' },
];

/** Two branches that run side by side and meet in a last question: this many hops in all (2 at least). */
export function join(rng: Rng, hops: number): PlannedNode {
  const { kind, slots, type } = pick(rng, JOINS);
  const [left, right] = slots;
  if (chance(rng, 0.6)) {
    // Twins ask the same things of two subjects: something for intent clustering to merge.
    const path = draft(rng, hops - 1, type);
    const build = (): PlannedNode =>
      path.reduce<PlannedNode | undefined>((p, step) => link(step, p), undefined) ?? fallback();
    return { kind: kindOf(kind), rests: { [left]: build(), [right]: build() } };
  }
  const short = 1 + Math.floor(rng() * (hops - 1));
  return { kind: kindOf(kind), rests: { [left]: chain(rng, hops - 1, type), [right]: chain(rng, short, type) } };
}

/** Independent questions of one hop; often twins. */
export function parallel(rng: Rng, count: number): PlannedNode[] {
  const first = chain(rng, 1);
  const twins = chance(rng, 0.5);
  return Array.from({ length: count }, (_, at) =>
    at === 0 || twins ? { kind: first.kind, rests: {} } : chain(rng, 1),
  );
}

/** A chain whose first answer is used by two questions that run side by side. */
export function fork(rng: Rng, hops: number): PlannedNode[] {
  const main = chain(rng, hops);
  let root = main;
  let user: PlannedNode = main;
  for (let next = Object.values(root.rests)[0]; next !== undefined; next = Object.values(root.rests)[0]) {
    user = root;
    root = next;
  }
  const type = Object.entries(user.rests).map(([slot]) => user.kind.slots[slot])[0];
  const others = OPEN.filter(
    (kind) => kind.leafOnly !== true && Object.values(kind.slots).some((slot) => slot === type),
  );
  const side = pick(rng, others);
  const slot = Object.entries(side.slots).find(([, one]) => one === type)?.[0] ?? '';
  return [main, { kind: side, rests: { [slot]: root } }];
}
