import { SandboxLost } from './classify-failure.ts';
import { lateAfterMs } from './limits.ts';
import type { QuietGate } from './quiet-gate.ts';
import type { Zygote } from './zygote.ts';
import type { CallEnd, Request } from './zygote-frames.ts';
import { encodeBatch } from './zygote-frames.ts';

/** Where the interpreters come from: a pool of warm ones, or a new one each time. */
export interface InterpreterLender {
  /** Hands out one interpreter with that PYTHONHASHSEED for the time of `use`. */
  lend<T>(hashSeed: number, use: (zygote: Zygote) => Promise<T>): Promise<T>;
  /** How many of a list of that many calls one loan may run, one after the other. */
  share(calls: number): number;
}

export type ListGround = { lender: InterpreterLender; gate: QuietGate };
type Placed = { request: Request; index: number };

/**
 * Runs requests, each in a process of its own; ends in order, SandboxLost for each that a lost interpreter left behind.
 * A first wall timeout says as much about the host as about the tool: it counts only when it repeats alone.
 */
export async function runList(
  { lender, gate }: ListGround,
  requests: readonly Request[],
): Promise<(CallEnd | SandboxLost)[]> {
  const ends: (CallEnd | SandboxLost)[] = [];
  const run = async (share: readonly Placed[]) => {
    const ended = await runShare(lender, share);
    share.forEach(({ index }, place) => {
      ends[index] = ended[place] ?? new SandboxLost('the sandbox process gave no answer');
    });
  };
  await Promise.all(shares(lender, requests).map((share) => gate.together(() => run(share))));
  for (const [index, request] of requests.entries()) {
    const end = ends[index];
    if (end && 'stoppedFor' in end && end.stoppedFor === 'wall') await gate.alone(() => run([{ request, index }]));
  }
  return ends;
}

/** Cuts a list by hash seed, and each part into what one loan takes. */
function shares(lender: InterpreterLender, requests: readonly Request[]): Placed[][] {
  const placed = requests.map((request, index) => ({ request, index }));
  return [0, 1].flatMap((hashSeed) => {
    const ofSeed = placed.filter(({ request }) => request.limits.hashSeed === hashSeed);
    const most = lender.share(ofSeed.length);
    return Array.from({ length: Math.ceil(ofSeed.length / most) }, (_, i) => ofSeed.slice(i * most, (i + 1) * most));
  });
}

async function runShare(
  lender: InterpreterLender,
  share: readonly Placed[],
): Promise<(CallEnd | SandboxLost | undefined)[]> {
  const batch = encodeBatch(share.map(({ request }) => request));
  const withinMs = share.map(({ request }) => request.limits.wallMs + lateAfterMs);
  try {
    const { ends, lost } = await lender.lend(share[0]?.request.limits.hashSeed ?? 0, (zygote) =>
      zygote.runBatch(batch, withinMs),
    );
    return share.map((_, place) => ends[place] ?? lost);
  } catch (lost) {
    if (lost instanceof SandboxLost) return share.map(() => lost);
    throw lost;
  }
}
