import { SandboxLost } from './classify-failure.ts';
import type { QuietGate } from './quiet-gate.ts';
import type { Planned, TemplateUse } from './template-plan.ts';
import { callOf, planned, withinMs } from './template-plan.ts';
import type { Zygote } from './zygote.ts';
import type { CallEnd } from './zygote-frames.ts';
import { encodeBatch } from './zygote-frames.ts';

/** Where the interpreters come from: a pool of warm ones, or a new one each time. */
export interface InterpreterLender {
  /** Hands out one interpreter with that PYTHONHASHSEED for the time of `use`. */
  lend<T>(hashSeed: number, use: (zygote: Zygote) => Promise<T>): Promise<T>;
  /** How many of a list of that many calls one loan may run, one after the other. */
  share(calls: number): number;
}

export type ListGround = { lender: InterpreterLender; gate: QuietGate; templates: TemplateUse };
type Placed = { request: Planned; index: number };
type Ended = CallEnd | SandboxLost;

/**
 * Runs requests, each in a process of its own; ends in order, SandboxLost for each that a lost interpreter left behind.
 * A first wall timeout says as much about the host as about the tool: it counts only when it repeats alone.
 */
export async function runList(ground: ListGround, requests: readonly Planned[]): Promise<Ended[]> {
  const ends: Ended[] = [];
  const run = async (share: readonly Placed[]) => {
    const ended = await runShare(ground, share);
    share.forEach(({ index }, place) => {
      ends[index] = ended[place] ?? new SandboxLost('the sandbox process gave no answer');
    });
  };
  await Promise.all(shares(ground.lender, requests).map((share) => ground.gate.together(() => run(share))));
  for (const [index, request] of requests.entries()) {
    const end = ends[index];
    if (!end || !('stoppedFor' in end) || end.stoppedFor !== 'wall') continue;
    await ground.gate.alone(() => run([{ request: withoutTemplate(request), index }]));
  }
  return ends;
}

/** Cuts a list by hash seed, and each part into what one loan takes. */
function shares(lender: InterpreterLender, requests: readonly Planned[]): Placed[][] {
  const placed = requests.map((request, index) => ({ request, index }));
  return [0, 1].flatMap((hashSeed) => {
    const ofSeed = placed.filter(({ request }) => request.limits.hashSeed === hashSeed);
    const most = lender.share(ofSeed.length);
    return Array.from({ length: Math.ceil(ofSeed.length / most) }, (_, i) => ofSeed.slice(i * most, (i + 1) * most));
  });
}

/** A template is only a faster way: what it could not finish is run without, and then that counts. */
async function runShare(ground: ListGround, share: readonly Placed[]): Promise<(Ended | undefined)[]> {
  const { ends, byTemplate } = await runOnce(
    ground,
    share.map(({ request }) => request),
  );
  const again = [...byTemplate].filter((place) => !isFinal(ends[place]));
  if (again.length === 0) return ends;
  const rest = again.flatMap((place) => share[place]?.request ?? []);
  for (const { template } of rest) if (template) ground.templates.refuse(template.key);
  const second = await runOnce(ground, rest.map(withoutTemplate));
  again.forEach((place, index) => {
    ends[place] = second.ends[index];
  });
  return ends;
}

type Run = { ends: (Ended | undefined)[]; byTemplate: ReadonlySet<number> };

async function runOnce({ lender, templates }: ListGround, requests: readonly Planned[]): Promise<Run> {
  const ends: (Ended | undefined)[] = [];
  const byTemplate = new Set<number>();
  try {
    await lender.lend(requests[0]?.limits.hashSeed ?? 0, async (zygote) => {
      const steps = planned(templates.of(zygote), requests);
      for (const { place, request } of steps) if (request.order?.do === 'use') byTemplate.add(place);
      const batch = steps.map(({ request }) => request);
      const ended = await zygote.runBatch(encodeBatch(batch), batch.map(withinMs));
      steps.forEach((step, index) => {
        if (callOf(step)) ends[step.place] = ended.ends[index] ?? ended.lost;
      });
    });
  } catch (lost) {
    if (!(lost instanceof SandboxLost)) throw lost;
    return { ends: requests.map((_, place) => ends[place] ?? lost), byTemplate };
  }
  return { ends, byTemplate };
}

/** A double that ended by itself without a value may not have been one: its template can be hostile. */
function isFinal(end: Ended | undefined): boolean {
  if (!end || !('stoppedFor' in end) || end.stoppedFor === 'gone') return false;
  return end.stoppedFor !== 'nothing' || end.signal !== 0 || end.exitCode === 0;
}

function withoutTemplate({ limits, head, body }: Planned): Planned {
  return { limits, head, body };
}
