/** The calls of a policy in an environment with state, made again in their order in one episode. */
import { firstRun } from '../../activities/proof/run-acceptance.ts';
import { loadStateful, runSequence } from '../../activities/proof/run-sequence.ts';
import type { Sandbox } from '../../activities/sandbox/contract.ts';
import type { ObservedCall } from '../../domain/environment/call-outcome.ts';
import type { ExecutedEpisode } from '../../domain/reward/stateful-reward.ts';
import type { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import type { Trajectory } from '../../domain/trajectory/schema.ts';

export type ExecuteEpisode = (environment: StatefulEnvironment, trajectory: Trajectory) => Promise<ExecutedEpisode>;

/** Stands for the calls after one that did not come to its end: the episode is over. */
const notReached: ObservedCall = {
  status: 'not_made',
  error: { type: 'NotMade', message: 'a call before it did not come to its end' },
  stdout: '',
  loadStdout: '',
};

/** Calls of what is no tool of the environment, or without readable arguments, are not made. Throws SandboxError. */
export function createEpisodeExecutor(sandbox: Sandbox): ExecuteEpisode {
  return async ({ code, documents }, { messages }) => {
    const tools = new Set(documents.map(({ name }) => name));
    const recorded = new Map(messages.flatMap((one) => (one.role === 'tool' ? [[one.callId, one.content]] : [])));
    const calls = messages.flatMap((one) => (one.role === 'assistant' ? one.calls : []));
    const makeable = calls.map((call) => tools.has(call.name) && call.arguments !== null);
    const run = await runSequence(await loadStateful(sandbox, code), {
      calls: calls.map(({ name, arguments: args }) => ({ name, arguments: args ?? {} })),
      literal: true,
      options: firstRun,
      makeable,
    });
    return {
      calls: calls.map((call, at) => ({
        call,
        recorded: recorded.get(call.id) ?? '',
        run: makeable[at] === true ? (run.results[at] ?? notReached) : null,
      })),
      stateHashes: run.stateHashes,
      finalState: run.state,
      unreadable: run.unreadable ?? null,
    };
  };
}
