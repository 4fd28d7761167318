/**
 * Seven dimensions of a conversation from the replies of its judges (paper §3.1; method §7). In the original a judge that
 * failed counted as 1.0 and so did a dimension that does not apply; here each of them is said, and a conversation with an
 * unresolved dimension has no overall score.
 */
import type { Verdict } from '../decomposition/scores.ts';
import { mean } from '../statistics.ts';
import type { Trajectory } from '../trajectory/schema.ts';
import { answeredCalls, stepTurns } from './parts.ts';
import { answerNotes, brokenCalls } from './rule-checks.ts';
import type { AnswerReply, CallsReply, QueryReply, StepReply } from './schema.ts';

export const dimensionNames = [
  'tool_concise',
  'final_answer',
  'tool_call',
  'tool_plan',
  'tool_understand',
  'query_understand',
  'query_plan',
] as const;
export type DimensionName = (typeof dimensionNames)[number];

/** Validated replies of one judge; null where it gave none. */
export interface JudgeReplies {
  readonly query: QueryReply | null;
  /** Null too for a conversation without calls, where nobody is asked. */
  readonly calls: CallsReply | null;
  readonly answer: AnswerReply | null;
  readonly steps: readonly { readonly turn: number; readonly reply: StepReply | null }[];
}

export interface TrajectoryScore {
  readonly dimensions: Readonly<Record<DimensionName, Verdict>>;
  /** Mean of the dimensions that apply, in [0, 1]; null when any is unresolved. */
  readonly overall: number | null;
  readonly coverage: { readonly scored: number; readonly na: number; readonly unresolved: number };
  /** tool_call over the calls whose failure was not made up; null when none is left or the dimension is unresolved. */
  readonly toolCallAgent: number | null;
}

/** The seven verdicts and their mean. */
export function scoreTrajectory(trajectory: Trajectory, replies: JudgeReplies): TrajectoryScore {
  const dimensions = {
    tool_concise: conciseVerdict(trajectory, replies.calls),
    final_answer: answerVerdict(trajectory, replies.answer),
    tool_call: statusVerdict(trajectory, replies.calls),
    ...stepVerdicts(trajectory, replies.steps),
    query_understand: oneVerdict(replies.query?.understanding),
    query_plan: oneVerdict(replies.query?.plan),
  };
  const verdicts = dimensionNames.map((name) => dimensions[name]);
  const values = verdicts.flatMap((verdict) => (verdict.kind === 'score' ? [verdict.value] : []));
  const unresolved = verdicts.filter(({ kind }) => kind === 'unresolved').length;
  return {
    dimensions,
    overall: unresolved > 0 ? null : (mean(values) ?? null),
    coverage: { scored: values.length, na: verdicts.length - values.length - unresolved, unresolved },
    toolCallAgent: agentRate(trajectory, replies.calls),
  };
}

const noCalls: Verdict = { kind: 'na', why: 'no tool was called' };

type JudgedCall = CallsReply['calls'][number];

/** Share of the calls that were worth making; a call that is wrong by rule is not. */
function conciseVerdict(trajectory: Trajectory, reply: CallsReply | null): Verdict {
  const broken = brokenCalls(trajectory);
  return perCall(trajectory, reply, {
    value: ({ score: given }) => given,
    overruled: ({ call_id }) => (broken.has(call_id) ? 'it cannot be made like this' : undefined),
  });
}

/** Plain success rate of the calls: the original counted a failed one as a half. What is recorded as failed has failed. */
function statusVerdict(trajectory: Trajectory, reply: CallsReply | null): Verdict {
  const failed = failedCalls(trajectory, ['tool', 'made_up']);
  return perCall(trajectory, reply, {
    value: ({ succeeded }) => (succeeded ? 1 : 0),
    overruled: ({ call_id }) => (failed.has(call_id) ? 'its result is on record as a failure' : undefined),
  });
}

/** The rate that the agent can be held to: a failure that was made up is no call of its own (§7.2). */
function agentRate(trajectory: Trajectory, reply: CallsReply | null): number | null {
  const madeUp = failedCalls(trajectory, ['made_up']);
  const failed = failedCalls(trajectory, ['tool']);
  const own = answeredCalls(trajectory).filter(({ id }) => !madeUp.has(id));
  const judged = own.flatMap(({ id }) => reply?.calls.find((call) => call.call_id === id) ?? []);
  if (judged.length < own.length) return null;
  return mean(judged.map((call) => (call.succeeded && !failed.has(call.call_id) ? 1 : 0))) ?? null;
}

function failedCalls(trajectory: Trajectory, failures: readonly string[]): ReadonlySet<string> {
  const calls = answeredCalls(trajectory).filter(({ failure }) => failure !== null && failures.includes(failure));
  return new Set(calls.map(({ id }) => id));
}

interface PerCall {
  readonly value: (call: JudgedCall) => number;
  /** Why a call counts 0 whatever the judge said of it. */
  readonly overruled: (call: JudgedCall) => string | undefined;
}

function perCall(trajectory: Trajectory, reply: CallsReply | null, { value, overruled }: PerCall): Verdict {
  const calls = answeredCalls(trajectory);
  if (calls.length === 0) return noCalls;
  if (reply === null) return unresolved('no_reply', 'no usable reply on the calls');
  const byId = new Map(reply.calls.map((call) => [call.call_id, call]));
  const judged = calls.flatMap(({ id }) => byId.get(id) ?? []);
  if (judged.length < calls.length) return unresolved('incomplete_reply', 'the reply does not speak of every call');
  return score(
    judged.map((call) => (overruled(call) === undefined ? value(call) : 0)),
    judged.flatMap((call) => {
      const why = overruled(call) ?? (value(call) === 0 ? call.reason : undefined);
      return why === undefined ? [] : [`${call.call_id}: ${why}`];
    }),
  );
}

/** Half for what was asked, half for what was done; an address from nowhere makes the second half 0. */
function answerVerdict(trajectory: Trajectory, reply: AnswerReply | null): Verdict {
  if (reply === null) return unresolved('no_reply', 'no usable reply on the answer');
  const invented = answerNotes(trajectory).filter(({ rule }) => rule === 'unknown_url');
  const { correlation, summary } = reply;
  const values = [correlation.score, invented.length > 0 ? 0 : summary.score];
  return score(values, [correlation.reason, summary.reason, ...invented.map(({ detail }) => detail)]);
}

function stepVerdicts(
  trajectory: Trajectory,
  replies: JudgeReplies['steps'],
): { readonly tool_plan: Verdict; readonly tool_understand: Verdict } {
  const turns = stepTurns(trajectory);
  if (turns.length === 0) {
    const na: Verdict = { kind: 'na', why: 'no turn read results while the work went on' };
    return { tool_plan: na, tool_understand: na };
  }
  const byTurn = new Map(replies.map(({ turn, reply }) => [turn, reply]));
  const judged = turns.flatMap((turn) => {
    const reply = byTurn.get(turn) ?? null;
    return reply === null ? [] : [{ turn, reply }];
  });
  if (judged.length < turns.length) {
    const silent = turns.filter((turn) => !judged.some((one) => one.turn === turn));
    const missing = unresolved('no_reply', `no usable reply on turns ${silent.join(', ')}`);
    return { tool_plan: missing, tool_understand: missing };
  }
  const broken = brokenCalls(trajectory);
  const planned = judged.filter(({ reply }) => reply.calls.length > 0);
  return {
    tool_plan:
      planned.length === 0
        ? { kind: 'na', why: 'no turn after results made a call' }
        : score(
            planned.map(({ reply }) => planValue(reply, broken)),
            planned.flatMap(planReasons),
          ),
    tool_understand: score(
      judged.map(({ reply }) => reply.understanding.score),
      judged
        .filter(({ reply }) => reply.understanding.score < 1)
        .map(({ turn, reply }) => `turn ${turn}: ${reply.understanding.reason}`),
    ),
  };
}

/** 1 when all calls of the turn are right, 0.5 when some are, else 0. */
function planValue({ calls }: StepReply, broken: ReadonlySet<string>): number {
  const right = calls.filter((call) => call.correct && !broken.has(call.call_id)).length;
  return right === calls.length ? 1 : right > 0 ? 0.5 : 0;
}

function planReasons({ turn, reply }: { readonly turn: number; readonly reply: StepReply }): string[] {
  return reply.calls
    .filter(({ correct }) => !correct)
    .map(({ call_id, reason }) => `turn ${turn}, ${call_id}: ${reason}`);
}

function oneVerdict(part: { readonly score: number; readonly reason: string } | undefined): Verdict {
  return part === undefined
    ? unresolved('no_reply', 'no usable reply on the first turn')
    : { kind: 'score', value: part.score, reasons: [part.reason] };
}

function score(values: readonly number[], reasons: readonly string[]): Verdict {
  return { kind: 'score', value: mean(values) ?? 0, reasons };
}

function unresolved(reason: 'no_reply' | 'incomplete_reply', detail: string): Verdict {
  return { kind: 'unresolved', class: reason, detail };
}
