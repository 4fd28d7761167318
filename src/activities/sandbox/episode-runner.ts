import type { Json } from '../../domain/json.ts';
import { failed, outcome, readResultFrame, refusedCall, verdict } from './call-outcome.ts';
import { SandboxLost } from './classify-failure.ts';
import type { Call, ToolError } from './contract.ts';
import type { EpisodeRunner, EpisodeStep } from './episode.ts';
import { episodeFacts } from './episode.ts';
import type { Held, HeldProcesses } from './held-processes.ts';
import type { ResolvedOptions } from './limits.ts';
import { callLimits } from './limits.ts';
import type { CallEnd, Request } from './zygote-frames.ts';

/** What every episode of one environment under the same options shares. */
export type EpisodeGround = {
  limits: ResolvedOptions;
  bytecode: Buffer;
  /** Runs one request in a fresh process, with the retry of a first wall timeout. */
  run: (request: Request) => Promise<CallEnd>;
  /** Processes that stay, where the backend has them. */
  held?: HeldProcesses;
};

type Next = { fn: string | null; args: Json };

const outputHeadRoomBytes = 4_096;
/** What the hashes of one replayed call add to an answer. */
const digestBytes = 160;
const patienceMs = 250;

/**
 * Two ways to the same result. A process that stays answers at once; when there is none, or its answer is late, large or
 * broken, a fresh process replays the log and makes the call under the full supervision of the zygote: that one counts.
 */
export function createEpisodeRunner(ground: EpisodeGround, from?: Held): EpisodeRunner {
  let held = from;
  const running = async (log: readonly Call[]) => {
    if (!held || held.channel.broken) held = await ground.held?.hold(holdRequest(ground, log));
    return held;
  };
  const release = () => {
    if (held) void ground.held?.stop(held);
    held = undefined;
  };
  return {
    release,
    fork: async (log, n) => {
      const parent = await running(log).catch(forgiven);
      const doubles = parent ? await ground.held?.fork(parent, n).catch(forgiven) : [];
      // Those that got no process of their own replay the log when they are called.
      return Array.from({ length: n }, (_, i) => createEpisodeRunner(ground, doubles?.[i]));
    },
    step: async (log, next) => {
      try {
        const current = await running(log);
        const quick = current && (await askHeld(ground, current, { log, next }));
        if (quick) return quick;
        release();
        return await replay(ground, log, next);
      } catch (error) {
        if (error instanceof SandboxLost) return { result: failed('infra', error.message) };
        throw error;
      }
    },
  };
}

/** The runner of an environment that does not compile. */
export function brokenRunner(error: ToolError): EpisodeRunner {
  return {
    step: () => Promise.resolve({ result: refusedCall(error) }),
    fork: (_log, n) => Promise.resolve(Array.from({ length: n }, () => brokenRunner(error))),
    release: () => undefined,
  };
}

/** A sandbox process that was lost is no reason to fail: the log is there. */
function forgiven(error: unknown): undefined {
  if (!(error instanceof SandboxLost)) throw error;
}

function holdRequest(ground: EpisodeGround, log: readonly Call[]) {
  const { limits, bytecode } = ground;
  return { limits, bytecode, job: { seed: limits.seed, nowMs: limits.nowMs, log: withoutHashes(log) } };
}

/** The answer of the process that stays, or undefined when it is not a clean result of the tool. */
async function askHeld(
  ground: EpisodeGround,
  held: Held,
  { log, next }: { log: readonly Call[]; next: Next },
): Promise<EpisodeStep | undefined> {
  const { limits } = ground;
  const started = performance.now();
  held.busy = true;
  ground.held?.touch(held);
  const ms = Math.min(limits.cpuMs * (log.length + 1) + patienceMs, limits.wallMs);
  const bytes = limits.outKb * 1024 + outputHeadRoomBytes + log.length * digestBytes;
  const answer = await held.channel.ask(next, { ms, bytes });
  held.busy = false;
  const frame = answer && readResultFrame(answer);
  const facts = episodeFacts(frame);
  if (!frame || !facts) return undefined;
  const usage = { cpuMs: number(frame.fields, 'cpuMs'), wallMs: 0, maxRssKb: number(frame.fields, 'maxRssKb') };
  const result = verdict(frame, { ...usage, wallMs: Math.round((performance.now() - started) * 1000) / 1000 });
  return result.status === 'ok' || result.status === 'tool_error' ? { result, facts } : undefined;
}

async function replay(ground: EpisodeGround, log: readonly Call[], next: Next): Promise<EpisodeStep> {
  const { limits, bytecode } = ground;
  const calls = log.length + 1;
  const stretched = {
    ...limits,
    cpuMs: Math.min(limits.cpuMs * calls, callLimits.cpuMs.most),
    wallMs: Math.min(limits.wallMs * calls, callLimits.wallMs.most),
    outKb: limits.outKb + Math.ceil((calls * digestBytes) / 1024),
  };
  const job = { do: 'replay', seed: limits.seed, nowMs: limits.nowMs, log: withoutHashes(log), ...next };
  const end = await ground.run({ limits: stretched, head: JSON.stringify(job), body: bytecode });
  const facts = episodeFacts(readResultFrame(end.output));
  const result = outcome(end, limits);
  if (facts) return { result, facts };
  const isForged = result.status === 'ok' || result.status === 'tool_error';
  return { result: isForged ? failed('bad_result', 'the result came without the hashes of its episode') : result };
}

function withoutHashes(log: readonly Call[]): Pick<Call, 'fn' | 'args'>[] {
  return log.map(({ fn, args }) => ({ fn, args }));
}

function number(fields: ReadonlyMap<string, unknown>, key: string): number {
  const value = fields.get(key);
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
