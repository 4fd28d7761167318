/**
 * Other sequences than the gold one (ours): each call left out, and other orders. What a call needs of an earlier one is
 * found by execution: without the earlier call its result or its success is another.
 */
import { seededRng, shuffle } from '../random.ts';

/** Up to this many calls every order is tried. */
const mostPermuted = 4;
const sampledOrders = 24;

/** A gold call (from 0) that a later one rests on. */
export type Dependency = readonly [earlier: number, later: number];

/** The positions of a sequence without one call, for each call. */
export function shortenedSequences(calls: number): number[][] {
  const all = positions(calls);
  return all.map((left) => all.filter((at) => at !== left));
}

/** Other orders of the same calls: all of them up to 4 calls, else 24 drawn by the seed; never the gold order, none twice. */
export function otherOrders(calls: number, seed: string): number[][] {
  const gold = positions(calls);
  const orders = calls <= mostPermuted ? permutations(gold) : sampled(gold, seed);
  const unique = new Map(orders.map((order) => [order.join(), order]));
  unique.delete(gold.join());
  return [...unique.values()];
}

/**
 * Which calls rest on which: `fingerprints` are what the calls of the gold run gave, `without[i]` those of the run that
 * left call i out, in the order of its remaining calls.
 */
export function dependenciesOf(fingerprints: readonly string[], without: readonly (readonly string[])[]): Dependency[] {
  return without.flatMap((shorter, earlier) =>
    fingerprints.flatMap((fingerprint, later): Dependency[] =>
      later > earlier && shorter[later - 1] !== fingerprint ? [[earlier, later]] : [],
    ),
  );
}

/** True when an order puts a call before one that it rests on. */
export function violates(order: readonly number[], dependencies: readonly Dependency[]): boolean {
  return dependencies.some(([earlier, later]) => order.indexOf(later) < order.indexOf(earlier));
}

function positions(calls: number): number[] {
  return Array.from({ length: calls }, (_, at) => at);
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

function sampled(items: readonly number[], seed: string): number[][] {
  const rng = seededRng(`orders/${seed}`);
  return Array.from({ length: sampledOrders }, () => shuffle(rng, items));
}
