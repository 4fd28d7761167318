/**
 * Final-state checks (ours): a goal is a list of paths into STATE with the values that stand there when the task is done,
 * and the answers that the user wants to hear. A path that leads nowhere has the value null: what was removed is null.
 */
import { matchesGold } from '../answer/checker.ts';
import type { GoldAnswer } from '../answer/schema.ts';
import type { ObservedCall } from '../environment/call-outcome.ts';
import { resultOf } from '../environment/call-outcome.ts';
import { asObject } from '../environment/schema-walk.ts';
import { hashJson } from '../ids.ts';
import type { Json } from '../json.ts';
import type { GoalAssertion } from './schema.ts';

/** An answer and the tool whose result holds it. */
export interface ExpectedAnswer {
  readonly fn: string;
  readonly gold: GoldAnswer;
}

export interface Goal {
  readonly assertions: readonly GoalAssertion[];
  readonly answers: readonly ExpectedAnswer[];
}

/** A call that was made, with what came of it. */
export interface MadeCall {
  readonly fn: string;
  readonly run: ObservedCall;
}

/** The value at a path; null where it leads nowhere. */
export function valueAt(state: Json, path: readonly string[]): Json {
  return (
    path.reduce<Json | undefined>((value, step) => {
      if (Array.isArray(value)) return /^\d+$/.test(step) ? value[Number(step)] : undefined;
      const fields = asObject(value);
      return fields !== undefined && Object.hasOwn(fields, step) ? fields[step] : undefined;
    }, state) ?? null
  );
}

/** True when the state holds what the assertion says; numbers are compared as numbers, 160.0 is 160. */
export function isMet(assertion: GoalAssertion, state: Json): boolean {
  return hashJson(valueAt(state, assertion.path)) === hashJson(assertion.equals as Json);
}

/** Assertions that do not hold in the state. */
export function unmetAssertions(goal: Goal, state: Json): GoalAssertion[] {
  return goal.assertions.filter((assertion) => !isMet(assertion, state));
}

/** Answers that no result of their tool holds. */
export function missingAnswers(goal: Goal, made: readonly MadeCall[]): ExpectedAnswer[] {
  return goal.answers.filter(({ fn, gold }) => {
    const results = made.filter((call) => call.fn === fn).map((call) => resultOf(call.run));
    return !results.some((value) => value !== undefined && matchesGold(gold, value));
  });
}

/** True when all assertions hold and all answers were given. */
export function reachesGoal(goal: Goal, state: Json, made: readonly MadeCall[]): boolean {
  return unmetAssertions(goal, state).length === 0 && missingAnswers(goal, made).length === 0;
}
