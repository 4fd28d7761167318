/**
 * A rollout in an environment with state (ours; method §10.1): its own episode, so that no rollout sees what another one
 * changed. The score is that of `astra reward`: what the goal says of the final state, and what was changed beyond need.
 */

import { hashesByCall, rewardEpisode } from '../../domain/reward/stateful-reward.ts';
import type { ExecutedCall, RewardOutcome } from '../../domain/reward/trajectory-reward.ts';
import type { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import { SandboxError } from '../failures.ts';
import type { LiveEpisode } from '../proof/live-contract.ts';
import { observationOf, type TaskRoom } from './task-room.ts';

/** The room of one rollout; `others` answers for the irrelevant tools, whose calls change nothing here. */
export function createStatefulRoom(
  environment: StatefulEnvironment,
  episode: LiveEpisode,
  others: Pick<TaskRoom, 'call'>,
): TaskRoom {
  const own = new Set(environment.documents.map(({ name }) => name));
  const score = async (calls: readonly ExecutedCall[]): Promise<RewardOutcome> => {
    const seen = await lostAs(() => episode.look());
    if ('lost' in seen) return { status: 'failed', class: 'Sandbox.Infra', detail: seen.lost };
    const made = calls.map(({ call, run }) => run !== null && own.has(call.name));
    return rewardEpisode(environment, { ...seen, calls, stateHashes: hashesByCall(made, seen.stateHashes) });
  };
  return {
    async call(name, args) {
      if (!own.has(name)) return others.call(name, args);
      const run = await lostAs(() => episode.call(name, args));
      return 'lost' in run
        ? { status: 'lost', detail: `${name}: ${run.lost}` }
        : { status: 'made', run, text: observationOf(run) };
    },
    score,
    async isSolved(calls) {
      const outcome = await score(calls);
      return outcome.status === 'scored' && outcome.solved === outcome.n;
    },
    close: () => episode.close(),
  };
}

/** A sandbox that failed costs the rollout, nothing else. */
async function lostAs<T extends object>(work: () => Promise<T>): Promise<T | { readonly lost: string }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SandboxError && error.type === 'Sandbox.Infra')) throw error;
    return { lost: error.message };
  }
}
