/**
 * A proposed environment with state (ours): design, plan and module put together, and what was seen when it ran. A row
 * that was emitted before is a candidate too, so that it can be proven again.
 */
import { typeAnswer } from '../answer/gold.ts';
import type { ObservedCall } from '../environment/call-outcome.ts';
import { resultOf } from '../environment/call-outcome.ts';
import type { Inspection } from '../environment/inspection/schema.ts';
import type { InvalidArguments } from '../environment/invalid-arguments.ts';
import type { ToolCall } from '../environment/schema.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Goal, MadeCall } from './goal.ts';
import { resolveReferences } from './references.ts';
import type { DesignReply, PlanReply, StatefulEnvironment } from './schema.ts';

export interface StatefulCandidate {
  readonly design: Omit<DesignReply, 'analysis'>;
  /** The gold sequence; arguments may hold references to earlier results. */
  readonly calls: readonly ToolCall[];
  /** Paths and values may hold references as well. */
  readonly goal: Goal;
  readonly code: string;
}

/** One sequence of calls in an episode of its own. */
export interface SequenceRun {
  /** Calls as they were made: no references are left. */
  readonly calls: readonly ToolCall[];
  readonly results: readonly ObservedCall[];
  /** SHA-256 of STATE before the first call and after each one. */
  readonly stateHashes: readonly string[];
  /** STATE at the end; null together with `unreadable`. */
  readonly state: Json;
  /** Canonical text of all other module-level data at the end. */
  readonly otherData: string;
  /** Why STATE could not be read. */
  readonly unreadable?: string;
  /** The reference that led nowhere: the calls from there on were not made. */
  readonly missing?: string;
}

export interface RefusalProbe {
  /** Position of the gold call in whose place it was made. */
  readonly call: number;
  readonly probe: InvalidArguments;
  readonly run: ObservedCall;
  /** STATE was another one afterwards. */
  readonly changed: boolean;
}

/** What was seen of a candidate; null for what was not run because something before it failed. */
export interface Evidence {
  readonly inspection: Inspection;
  /** No call at all. */
  readonly fresh: SequenceRun | null;
  readonly gold: SequenceRun | null;
  /** The gold sequence under another hash seed, seed and clock. */
  readonly repeat: SequenceRun | null;
  /** The gold sequence without its n-th call. */
  readonly shortened: readonly SequenceRun[] | null;
  readonly shuffled: readonly { readonly order: readonly number[]; readonly run: SequenceRun }[] | null;
  readonly refusals: readonly RefusalProbe[] | null;
  /** A call of another sequence that ran into a limit; nothing was run after it. */
  readonly stuck?: string;
}

/** The candidate of three replies; throws for an answer that the prompt's own check would have refused. */
export function candidateOfReplies(design: DesignReply, plan: PlanReply, code: string): StatefulCandidate {
  const answers = plan.answers.map(({ call, answer }) => {
    const typed = typeAnswer(answer);
    const fn = plan.calls[call - 1]?.name;
    if (!typed.ok || fn === undefined) throw new TypeError(`the answer of call ${call} cannot be used`);
    return { fn, gold: typed.gold };
  });
  const { analysis: _, ...rest } = design;
  return { design: rest, calls: plan.calls, goal: { assertions: plan.goal, answers }, code };
}

/** The candidate that an emitted row claims to be proven. */
export function candidateOfRow(row: StatefulEnvironment): StatefulCandidate {
  return {
    design: { task: row.task, tools: row.documents, state_schema: row.stateSchema, initial_state: row.initialState },
    calls: row.gold.map(({ fn, args }) => ({ name: fn, arguments: args })),
    goal: { assertions: row.goal, answers: row.answers },
    code: row.code,
  };
}

/** The goal with its references resolved by the gold run; undefined when one leads nowhere. */
export function resolvedGoal(goal: Goal, gold: SequenceRun): Goal | undefined {
  const results = gold.results.map((run) => resultOf(run) ?? null);
  const resolved = resolveReferences(goal.assertions as unknown as Json, results);
  // Replacing references keeps the shape: a path holds texts, and a number that stands in one is written as text.
  const assertions = resolved.ok ? (resolved.value as unknown as Goal['assertions']) : undefined;
  return assertions === undefined
    ? undefined
    : { ...goal, assertions: assertions.map(({ path, equals }) => ({ path: path.map(String), equals })) };
}

/** The calls of a run as the goal looks at them. */
export function madeCalls(run: SequenceRun): MadeCall[] {
  return run.results.flatMap((result, at) => {
    const call = run.calls[at];
    return call === undefined ? [] : [{ fn: call.name, run: result }];
  });
}

/** The call of a run that took too much time or memory, in words; undefined when each came to its end. */
export function stuckCall(run: SequenceRun): string | undefined {
  const at = run.results.findIndex((result) => result.status === 'timeout' || result.status === 'memory');
  return at === -1 ? undefined : `${run.calls[at]?.name} ended with ${run.results[at]?.status}`;
}

/** What a call gave, as one text: two calls are alike when these are equal. */
export function fingerprint(run: ObservedCall): string {
  return run.status === 'ok' ? `ok ${run.canonical}` : `${run.status} ${run.error?.type}: ${run.error?.message}`;
}

/** Arguments as JSON: a parsed call holds nothing else. */
export function argumentsOf(call: ToolCall): JsonObject {
  return call.arguments;
}
