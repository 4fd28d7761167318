import type { CallOptions } from './contract.ts';

type Range = { least: number; most: number; otherwise: number };

/** Limits of one call: what holds when nothing is said, and what may be asked for. */
export const callLimits = {
  cpuMs: { least: 1, most: 60_000, otherwise: 1_000 },
  wallMs: { least: 10, most: 300_000, otherwise: 3_000 },
  memMb: { least: 96, most: 4_096, otherwise: 512 },
  outKb: { least: 1, most: 65_536, otherwise: 1_024 },
} as const satisfies Record<string, Range>;

/** JSON values that cross the sandbox, in either direction. */
export const maxJsonDepth = 200;

/** Compiling runs no tool code, but a compile bomb is still bounded. */
export const compileLimits: CallOptions = { cpuMs: 5_000, wallMs: 20_000, memMb: 512, outKb: 16_384 };

/** What Node grants a zygote beyond the wall limit before it counts as lost. */
export const lateAfterMs = 5_000;
export const startWithinMs = 20_000;

/** Processes kept for episodes, each about 1.5 MB of its own. */
export const liveEpisodes = 16;

/** Modules that each interpreter keeps loaded in processes to fork calls from; each may use up to 160 MiB of address space. */
export const templatesKept = 4;

export const bytecodeCacheBytes = 64 * 1024 * 1024;

export type ResolvedOptions = Required<Omit<CallOptions, 'now'>> & { nowMs: number };

/** Fills in the defaults. Throws RangeError for a limit out of its range or a `now` that is no ISO 8601 instant. */
export function resolveOptions(options: CallOptions): ResolvedOptions {
  return {
    seed: options.seed ?? '0',
    hashSeed: options.hashSeed ?? 0,
    nowMs: instant(options.now ?? '2026-01-01T00:00:00Z'),
    cpuMs: within('cpuMs', options.cpuMs),
    wallMs: within('wallMs', options.wallMs),
    memMb: within('memMb', options.memMb),
    outKb: within('outKb', options.outKb),
  };
}

function within(name: keyof typeof callLimits, value: number | undefined): number {
  const { least, most, otherwise } = callLimits[name];
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`call option ${name}: expected a whole number from ${least} to ${most}, got ${value}`);
}

function instant(text: string): number {
  const ms = /\d(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new RangeError(`call option now: expected an ISO 8601 instant with a zone from 1970 on, got ${text}`);
}
