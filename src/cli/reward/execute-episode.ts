/** The calls of a policy in an environment with state, made again in their order in one episode. */
import { createOpenLive } from '../../activities/proof/live-episode.ts';
import type { Sandbox } from '../../activities/sandbox/contract.ts';
import { type ExecutedEpisode, hashesByCall } from '../../domain/reward/stateful-reward.ts';
import type { ExecutedCall } from '../../domain/reward/trajectory-reward.ts';
import type { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import type { Trajectory } from '../../domain/trajectory/schema.ts';

export type ExecuteEpisode = (environment: StatefulEnvironment, trajectory: Trajectory) => Promise<ExecutedEpisode>;

/** Calls of what is no tool of the environment, or without readable arguments, are not made. Throws SandboxError. */
export function createEpisodeExecutor(sandbox: Sandbox): ExecuteEpisode {
  const open = createOpenLive(sandbox);
  return async (environment, { messages }) => {
    const tools = new Set(environment.documents.map(({ name }) => name));
    const recorded = new Map(messages.flatMap((one) => (one.role === 'tool' ? [[one.callId, one.content]] : [])));
    const episode = open(environment);
    try {
      const calls: ExecutedCall[] = [];
      for (const call of messages.flatMap((one) => (one.role === 'assistant' ? one.calls : []))) {
        const args = tools.has(call.name) ? call.arguments : null;
        const run = args === null ? null : await episode.call(call.name, args);
        calls.push({ call, recorded: recorded.get(call.id) ?? '', run });
      }
      const { stateHashes, ...end } = await episode.look();
      const made = calls.map(({ run }) => run !== null);
      return { calls, stateHashes: hashesByCall(made, stateHashes), ...end };
    } finally {
      episode.close();
    }
  };
}
