/**
 * The reward of a trajectory (paper §3.3; method §10.2): recall is the share of gold answers that some call brought,
 * precision the share of calls that were worth one, the reward their harmonic mean. The paper's precision can exceed 1
 * when one call brings several answers, so ours is capped; what a tool gave is decided by executing the call again,
 * never by what the conversation says; and a sandbox that failed leaves no reward, not a low one.
 */
import { type ObservedCall, resultOf } from '../environment/call-outcome.ts';
import { holdsAnswer } from '../environment/call-rules.ts';
import type { Call } from '../trajectory/schema.ts';
import type { RewardEnvironment, RewardTool } from './environment.ts';
import { recordedDifference } from './recorded.ts';

/** A call of the policy, and what it gave when it was made again. */
export interface ExecutedCall {
  readonly call: Call;
  /** Text of its tool message. */
  readonly recorded: string;
  /** Null when there was nothing to run: no such tool, or arguments that are no JSON object. */
  readonly run: ObservedCall | null;
}

export interface ScoredCall {
  readonly id: string;
  readonly name: string;
  /**
   * solved: brought an answer that no earlier call had brought. repeated: only answers that were there. no_gold: a result
   * of a tool that no sub-question uses. no_match: a result of a tool in use that holds none of its answers. With state:
   * changed: STATE was another after it; read: a result and no change.
   */
  readonly verdict:
    | 'solved'
    | 'repeated'
    | 'no_match'
    | 'no_gold'
    | 'changed'
    | 'read'
    | 'error'
    | 'unknown_tool'
    | 'unreadable_arguments';
  /** The gold answers it brought, as texts. */
  readonly answers: readonly string[];
  /** Why what the conversation says of the call is not what it gives; null when it is, or when nothing was run. */
  readonly difference: string | null;
}

export interface RewardScore {
  readonly status: 'scored';
  /** Gold answers, at least 1; 0 for a task whose tools are missing. */
  readonly n: number;
  readonly solved: number;
  readonly calls: number;
  /** All three in [0, 1]. */
  readonly recall: number;
  readonly precision: number;
  readonly reward: number;
  readonly perCall: readonly ScoredCall[];
}

export type RewardOutcome =
  | RewardScore
  | { readonly status: 'rejected'; readonly rule: 'no_gold' | 'state_unreadable'; readonly detail: string }
  | { readonly status: 'failed'; readonly class: 'Sandbox.Infra'; readonly detail: string };

export interface Episode {
  readonly calls: readonly ExecutedCall[];
  /** The task's tools are missing on purpose: right is to call nothing and to say so. */
  readonly expectsNoCall: boolean;
  /** Text of the last message when it is the policy's, else "". */
  readonly lastWords: string;
}

/** Exactly one of three ends: a score, a refusal, or a failure of the sandbox without any number. */
export function rewardTrajectory(environment: RewardEnvironment, episode: Episode): RewardOutcome {
  const broken = episode.calls.find(({ run }) => run?.status === 'infra');
  if (broken !== undefined) {
    const error = broken.run?.error;
    return {
      status: 'failed',
      class: 'Sandbox.Infra',
      detail: `call ${broken.call.id}: ${error?.type}: ${error?.message}`,
    };
  }
  const n = [...environment.tools.values()].reduce((total, tool) => total + tool.golds.length, 0);
  if (n === 0 && !episode.expectsNoCall)
    return { status: 'rejected', rule: 'no_gold', detail: `no tool of ${environment.id} has a gold answer` };
  const { perCall, solved } = scoreCalls(environment, episode.calls);
  const calls = perCall.length;
  const base = { status: 'scored', n, solved, calls, perCall } as const;
  if (n > 0) return { ...base, ...partsOf({ n, solved, calls }) };
  const right = calls === 0 && episode.lastWords.trim() !== '' ? 1 : 0;
  return { ...base, recall: right, precision: right, reward: right };
}

/** Recall, precision and their harmonic mean; n is at least 1. */
export function partsOf({ n, solved, calls }: { n: number; solved: number; calls: number }): {
  recall: number;
  precision: number;
  reward: number;
} {
  const recall = solved / n;
  const precision = calls === 0 ? 0 : Math.min(1, solved / calls);
  const sum = recall + precision;
  return { recall, precision, reward: sum === 0 ? 0 : (2 * recall * precision) / sum };
}

function scoreCalls(
  environment: RewardEnvironment,
  calls: readonly ExecutedCall[],
): { readonly perCall: readonly ScoredCall[]; readonly solved: number } {
  const known = new Map<RewardTool, Set<number>>();
  const perCall = calls.map((executed) => scoreCall(environment, executed, known));
  return { perCall, solved: [...known.values()].reduce((total, indexes) => total + indexes.size, 0) };
}

function scoreCall(
  { tools, comparison }: RewardEnvironment,
  { call, recorded, run }: ExecutedCall,
  known: Map<RewardTool, Set<number>>,
): ScoredCall {
  const { id, name } = call;
  const tool = tools.get(name);
  const base = { id, name, answers: [], difference: run === null ? null : recordedDifference(recorded, run) };
  if (tool === undefined) return { ...base, verdict: 'unknown_tool' };
  if (run === null) return { ...base, verdict: 'unreadable_arguments' };
  const before = known.get(tool) ?? new Set<number>();
  const brought = tool.golds.flatMap((gold, at) => (holdsAnswer(gold, run, comparison) ? [at] : []));
  const isNew = brought.some((at) => !before.has(at));
  known.set(tool, new Set([...before, ...brought]));
  const answers = brought.map((at) => tool.golds[at]?.text ?? '');
  if (brought.length > 0) return { ...base, answers, verdict: isNew ? 'solved' : 'repeated' };
  if (resultOf(run) === undefined) return { ...base, verdict: 'error' };
  return { ...base, verdict: tool.golds.length === 0 ? 'no_gold' : 'no_match' };
}
