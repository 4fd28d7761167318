/**
 * One environment with the tools that are listed in it: its own and irrelevant ones, each run from its own source in
 * the sandbox (method §10.1). Calls are pure, so an equal call is made once per process of work, whoever makes it.
 */
import type { ObservedCall } from '../../domain/environment/call-outcome.ts';
import { canonicalJson } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RewardEnvironment, RewardTool } from '../../domain/reward/environment.ts';
import { type ExecutedCall, type RewardOutcome, rewardTrajectory } from '../../domain/reward/trajectory-reward.ts';
import type { EnvRef, Sandbox } from '../sandbox/contract.ts';

/** The environment did its part, or lost the rollout. */
export type RoomCall =
  | { readonly status: 'made'; readonly run: ObservedCall | null; readonly text: string }
  | { readonly status: 'lost'; readonly detail: string };

export interface TaskRoom {
  /** `run` is null where there is no tool of that name. */
  call(name: string, args: JsonObject): Promise<RoomCall>;
  score(calls: readonly ExecutedCall[], lastWords: string): Promise<RewardOutcome>;
  /** Every gold answer is there. */
  isSolved(calls: readonly ExecutedCall[]): Promise<boolean>;
  close(): void;
}

/** Runs a tool's function; equal calls give the first one's result. */
export type RunTool = (tool: Pick<RewardTool, 'name' | 'code'>, args: JsonObject) => Promise<ObservedCall>;

/** Results that are kept for equal calls. */
const mostRemembered = 20_000;

/** A runner over a sandbox that loads each source once. A failure of the sandbox is never remembered. */
export function createRunTool(sandbox: Sandbox): RunTool {
  const loaded = new Map<string, Promise<EnvRef>>();
  const made = new Map<string, Promise<ObservedCall>>();
  const forget = (): void => {
    if (made.size < mostRemembered) return;
    made.clear();
    loaded.clear();
  };
  const load = (code: string): Promise<EnvRef> => {
    const env = loaded.get(code) ?? sandbox.load(code);
    loaded.set(code, env);
    return env;
  };
  return async ({ name, code }, args) => {
    forget();
    const key = `${name}\n${canonicalJson(args)}\n${code}`;
    const known = made.get(key) ?? load(code).then((env) => sandbox.call(env, name, args));
    made.set(key, known);
    const run = await known;
    if (run.status === 'infra') made.delete(key);
    return run;
  };
}

/** The room of an environment whose listed tools are in it; without any gold answer, right is to call nothing. */
export function createTaskRoom(environment: RewardEnvironment, runTool: RunTool): TaskRoom {
  const golds = [...environment.tools.values()].flatMap((tool) => tool.golds);
  const score = async (calls: readonly ExecutedCall[], lastWords: string): Promise<RewardOutcome> =>
    rewardTrajectory(environment, { calls, expectsNoCall: golds.length === 0, lastWords });
  return {
    async call(name, args) {
      const tool = environment.tools.get(name);
      if (tool === undefined) return { status: 'made', run: null, text: '' };
      const run = await runTool(tool, args);
      if (run.status === 'infra') return { status: 'lost', detail: `${name}: ${run.error?.message ?? 'no result'}` };
      return { status: 'made', run, text: observationOf(run) };
    },
    score,
    async isSolved(calls) {
      const outcome = await score(calls, '');
      return outcome.status === 'scored' && outcome.n > 0 && outcome.solved === outcome.n;
    },
    close: () => undefined, // calls are pure: nothing is open between them
  };
}

/** What the policy reads of a result: the value as canonical JSON, as in the proofs; errors by type and message. */
export function observationOf(run: ObservedCall): string {
  if (run.status === 'ok') return run.canonical ?? 'null';
  return `error: ${run.error?.type ?? run.status}: ${run.error?.message ?? ''}`;
}
