/** A played rollout with its score (method §10.2), or the reason why it has none. */
import type { RewardOutcome, RewardScore } from '../../domain/reward/trajectory-reward.ts';
import { type RewardVariant, rewardOf } from '../../domain/rl/reward-variant.ts';
import type { LostRollout, Rollout, TaskEnvironment } from '../../domain/rl/schema.ts';
import { tellsAnswer } from '../../domain/rl/task-environment.ts';
import { readTurn } from '../../domain/rl/tool-text.ts';
import { DomainError } from '../failures.ts';
import type { PlayEnd } from './rollout-jobs.ts';

export interface ScoreRule {
  readonly environment: TaskEnvironment;
  readonly reward: RewardVariant;
  readonly overlong: 'keep' | 'mask';
}

const cutOff: ReadonlySet<Rollout['stop']> = new Set(['truncated', 'tokens', 'context']);

/** Exactly one of both. Fails with Domain.Invalid for an environment that nothing can be solved in. */
export async function scoreRollout(
  end: PlayEnd,
  rule: ScoreRule,
): Promise<{ rollout: Rollout } | { lost: LostRollout }> {
  if ('lost' in end) return end;
  const { played } = end;
  const { job, trajectory, calls, said, stop, formatErrors } = played;
  if (rule.overlong === 'mask' && cutOff.has(stop))
    return { lost: { no: job.no, reason: 'masked', detail: `ended by ${stop}` } };
  const last = said.findLast(({ role }) => role === 'assistant')?.text ?? '';
  const lastWords = stop === 'answer' ? readTurn(last).content : '';
  const outcome = await job.room.score(calls, lastWords);
  if (outcome.status !== 'scored') return { lost: { no: job.no, ...lossOf(outcome, rule.environment) } };
  const { n, solved, recall, precision, reward: f1, perCall } = outcome;
  const score = { n, solved, calls: outcome.calls, recall, precision, f1 };
  return {
    rollout: {
      no: job.no,
      tokens: [...trajectory.tokens],
      mask: [...trajectory.mask],
      logprobs: [...trajectory.logprobs],
      turns: [...trajectory.turns],
      stop,
      score,
      reward: rewardOf(score, rule.reward),
      finalAnswerOk: tellsAnswer(rule.environment, lastWords),
      toolErrors: toolErrors(perCall),
      formatErrors,
      said: [...said],
    },
  };
}

/** What the sandbox failed at, and calls that leave a state nobody can read, say nothing of the policy. */
function lossOf(
  outcome: Exclude<RewardOutcome, RewardScore>,
  { id }: TaskEnvironment,
): Pick<LostRollout, 'reason' | 'detail'> {
  if (outcome.status === 'rejected' && outcome.rule === 'no_gold') throw new DomainError(`${id}: ${outcome.detail}`);
  return { reason: 'environment', detail: outcome.detail };
}

/** A call that cannot be read has no name: it is a fault of form. */
function toolErrors(perCall: RewardScore['perCall']): number {
  return perCall.filter(({ verdict, name }) => name !== '' && (verdict === 'error' || verdict === 'unknown_tool'))
    .length;
}
