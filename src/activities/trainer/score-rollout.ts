/** A played rollout with its score (method §10.2), or the reason why it has none. */
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
  if (outcome.status === 'failed') return { lost: { no: job.no, reason: 'environment', detail: outcome.detail } };
  // Calls that leave a state which nobody can read say something of the environment, not of the policy.
  if (outcome.status === 'rejected' && outcome.rule === 'state_unreadable')
    return { lost: { no: job.no, reason: 'environment', detail: outcome.detail } };
  if (outcome.status === 'rejected') throw new DomainError(`${rule.environment.id}: ${outcome.detail}`);
  const { n, solved, recall, precision, reward: f1, perCall } = outcome;
  const score = { n, solved, calls: outcome.calls, recall, precision, f1 };
  // A call that cannot be read has no name: it is a fault of form.
  const toolErrors = perCall.filter(
    ({ verdict, name }) => name !== '' && (verdict === 'error' || verdict === 'unknown_tool'),
  ).length;
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
      toolErrors,
      formatErrors,
      said: [...said],
    },
  };
}
