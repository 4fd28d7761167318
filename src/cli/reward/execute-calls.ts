/** The calls of a policy made again: each tool's own code in the sandbox, each call in a process of its own. */
import { firstRun } from '../../activities/proof/run-acceptance.ts';
import type { EnvRef, Sandbox } from '../../activities/sandbox/contract.ts';
import type { RewardEnvironment } from '../../domain/reward/environment.ts';
import type { ExecutedCall } from '../../domain/reward/trajectory-reward.ts';
import type { Call, Trajectory } from '../../domain/trajectory/schema.ts';

export type ExecuteCalls = (environment: RewardEnvironment, trajectory: Trajectory) => Promise<readonly ExecutedCall[]>;

/** An executor that loads each source once. Faults of the tools are results; a failed sandbox is status infra. */
export function createExecutor(sandbox: Sandbox): ExecuteCalls {
  const loaded = new Map<string, Promise<EnvRef>>();
  const load = (code: string): Promise<EnvRef> => {
    const env = loaded.get(code) ?? sandbox.load(code);
    loaded.set(code, env);
    return env;
  };
  const execute = async ({ tools }: RewardEnvironment, call: Call): Promise<ExecutedCall['run']> => {
    const tool = tools.get(call.name);
    if (tool === undefined || call.arguments === null) return null;
    return sandbox.call(await load(tool.code), tool.name, call.arguments, firstRun);
  };
  return (environment, { messages }) => {
    const recorded = new Map(messages.flatMap((one) => (one.role === 'tool' ? [[one.callId, one.content]] : [])));
    const calls = messages.flatMap((one) => (one.role === 'assistant' ? one.calls : []));
    return Promise.all(
      calls.map(async (call) => ({
        call,
        recorded: recorded.get(call.id) ?? '',
        run: await execute(environment, call),
      })),
    );
  };
}
