/**
 * A fault plan as text: "rate=0.33;kinds=429,500,hang" (one of the kinds in a third of the requests)
 * or "429:0.05,prose:0.1" (each kind with its own share), also mixed. A kind may be a group ("transport") and may be
 * bound to a prompt: "wrong@tool-implementation:0.2". "first=2" lets transport faults last for two asks of a request,
 * "retryAfter=1" sets the seconds a 429 asks for.
 */
import { pick, rngOf } from '../draws.ts';
import type { ChatRequest } from '../read-request.ts';
import type { FaultKind } from './fault-kinds.ts';
import { appliesTo, FAULT_GROUPS, faultKind } from './fault-kinds.ts';

interface Entry {
  readonly kinds: readonly FaultKind[];
  /** Prompt id or its last part; undefined for every prompt. */
  readonly prompt: string | undefined;
  /** Share of requests; undefined: drawn from the common rate. */
  readonly rate: number | undefined;
}

export interface FaultPlan {
  readonly spec: string;
  readonly rate: number;
  readonly first: number;
  /** Seconds. */
  readonly retryAfter: number;
  readonly entries: readonly Entry[];
}

/** Reads a plan; throws RangeError with the word that is wrong. */
export function readFaultPlan(spec: string): FaultPlan {
  const words = spec.split(/[;,\s]+/).filter((word) => word !== '' && word !== 'none');
  const plan = { rate: 1, first: 1, retryAfter: 1 };
  const entries: Entry[] = [];
  for (const word of words) {
    const setting = /^(rate|first|retryAfter)=(.+)$/.exec(word);
    if (setting !== null) {
      const value = Number(setting[2]);
      if (!(value >= 0)) throw new RangeError(`fault plan: ${word} is not a number of 0 or more`);
      plan[setting[1] as keyof typeof plan] = value;
    } else {
      entries.push(readEntry(word.replace(/^kinds=/, '')));
    }
  }
  return { spec, ...plan, entries };
}

function readEntry(word: string): Entry {
  const [target = '', share] = word.split(':');
  const [name = '', prompt] = target.split('@');
  const kinds = FAULT_GROUPS[name] ?? [faultKind(name)].filter((kind) => kind !== undefined);
  if (kinds.length === 0)
    throw new RangeError(
      `fault plan: "${name}" is no kind of fault; known: ${Object.values(FAULT_GROUPS['all'] ?? []).join(' ')}`,
    );
  const rate = share === undefined ? undefined : Number(share);
  if (rate !== undefined && !(rate >= 0 && rate <= 1))
    throw new RangeError(`fault plan: the share in "${word}" is not between 0 and 1`);
  return { kinds, prompt, rate };
}

/** The fault of a request: the same for the same request and seed, so that a run can be repeated. */
export function drawFault(
  plan: FaultPlan,
  request: Pick<ChatRequest, 'hash' | 'prompt'>,
  seed: number,
): FaultKind | undefined {
  const rng = rngOf(`fault/${seed}/${request.hash}`);
  const fitting = plan.entries
    .filter(
      (entry) => entry.prompt === undefined || [request.prompt, request.prompt?.split('/')[1]].includes(entry.prompt),
    )
    .map((entry) => ({ ...entry, kinds: entry.kinds.filter((kind) => appliesTo(kind, request.prompt)) }))
    .filter((entry) => entry.kinds.length > 0);
  let left = rng();
  for (const { kinds, rate } of fitting) {
    if (rate === undefined) continue;
    if (left < rate) return pick(rng, kinds);
    left -= rate;
  }
  const common = fitting.filter((entry) => entry.rate === undefined).flatMap((entry) => entry.kinds);
  return common.length > 0 && left < plan.rate ? pick(rng, common) : undefined;
}
