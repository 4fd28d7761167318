/**
 * What an agent can know when it makes a call (ours; after rule 3 of §8.4): the task, the documents, and the results it has
 * seen. STATE itself is shown to nobody. An argument that only an earlier result tells ties its call to that result, also
 * where the earlier call changes nothing: a look-up is needed as much as a booking.
 */
import { resultOf } from '../environment/call-outcome.ts';
import { scalarsOf } from '../environment/schema-walk.ts';
import { untraceableArguments } from '../environment/traceability.ts';
import type { Json, JsonObject } from '../json.ts';
import { argumentsOf, type SequenceRun, type StatefulCandidate } from './candidate.ts';

/** An argument that the task does not tell. */
export interface Need {
  /** Position of the call. */
  readonly call: number;
  readonly parameter: string;
  /** Positions of earlier calls whose result tells it; empty: nothing does. */
  readonly sources: readonly number[];
}

/** Everything the gold calls need beyond the task. */
export function needsOf({ design }: Pick<StatefulCandidate, 'design'>, gold: SequenceRun): Need[] {
  return gold.calls.flatMap((call, at) => {
    const tool = design.tools.find((one) => one.name === call.name);
    if (tool === undefined) return [];
    const unknown = (known: readonly string[]): string[] =>
      untraceableArguments(tool, argumentsOf(call), {
        question: design.task,
        known: known.map((answer) => ({ question: '', answer })),
      });
    const told = gold.results.slice(0, at).map((run) => unknown([textOf(resultOf(run) ?? null)]));
    return unknown([]).map((parameter) => ({
      call: at,
      parameter,
      sources: told.flatMap((left, source) => (left.includes(parameter) ? [] : [source])),
    }));
  });
}

/** Of the calls in this order those that can be made: each need is met by an earlier call that was made itself. */
export function makeable(order: readonly number[], needs: readonly Need[]): boolean[] {
  const made = new Set<number>();
  return order.map((call) => {
    const own = needs.filter((need) => need.call === call);
    const known = own.every(({ sources }) => sources.some((source) => made.has(source)));
    if (known) made.add(call);
    return known;
  });
}

/** Every key of every object inside a value. */
export function keysIn(value: Json): string[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return Object.entries(value as JsonObject).flatMap(([key, item]) => [key, ...keysIn(item)]);
}

/** All keys and values of a value as one text to trace arguments in. */
function textOf(value: Json): string {
  return [...keysIn(value), ...scalarsOf(value).map(String)].join('\n');
}
