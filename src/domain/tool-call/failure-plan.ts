/**
 * Which calls fail although nothing is wrong (method §5.3): drawn from a seed, so that the same episode meets the same
 * failures. Ours: the paper's emulator is only asked to return errors "sometimes"; here the kinds have weights, passing
 * kinds end after a planned number of tries of the same call, and a refused sign-in stays refused for its tool.
 */
import type { FailureKind } from '../episode/schema.ts';
import { type Rng, seededRng } from '../random.ts';

export interface FailurePlan {
  /** Equal for every attempt at the same draw: run seed and episode. */
  readonly seed: string;
  /** Chance per call, 0 to 1. */
  readonly rate: number;
  /** Relative weights; none at all: ours. With any, a kind that is not named has none. */
  readonly weights: Partial<Record<FailureKind, number>>;
}

export interface PlannedCall {
  /** Number of the call in its episode, counted from 0. */
  readonly ordinal: number;
  readonly tool: string;
  /** Hash of the stored request: equal for the same call made again. */
  readonly request: string;
}

/** A call of the episode that was answered before, in order. */
export interface EarlierCall extends PlannedCall {
  readonly injected: FailureKind | null;
  readonly status: 'ok' | 'error';
}

const usualWeights: Readonly<Record<FailureKind, number>> = {
  timeout: 3,
  unreachable: 2,
  rate_limit: 2,
  auth: 1,
  empty: 1,
  stale: 1,
};
const kinds = Object.keys(usualWeights) as FailureKind[]; // its own keys
const passing: ReadonlySet<FailureKind> = new Set(['timeout', 'unreachable', 'rate_limit']);
const mostRepeats = 2;

/** The failure a call meets, or null for none; `earlier` are all calls of the episode before it. */
export function drawFailure(plan: FailurePlan, call: PlannedCall, earlier: readonly EarlierCall[]): FailureKind | null {
  const standing = earlier.findLast(({ tool }) => tool === call.tool)?.injected;
  if (standing === 'auth') return 'auth';
  const repeated = repeatedFailure(plan, call, earlier);
  if (repeated !== undefined) return repeated;
  const rng = seededRng(`${plan.seed}/failure/${call.ordinal}`);
  if (rng() >= plan.rate) return null;
  return drawKind(rng, plan.weights, staleAnswer(call, earlier) !== undefined);
}

/** The call whose answer a stale one repeats: the latest real answer to the same request. */
export function staleAnswer(call: PlannedCall, earlier: readonly EarlierCall[]): EarlierCall | undefined {
  return earlier.findLast(
    ({ request, injected, status }) => request === call.request && injected === null && status === 'ok',
  );
}

/** A passing failure lasts for its planned number of tries, then the call gets through; undefined: none is going on. */
function repeatedFailure(
  plan: FailurePlan,
  { request }: PlannedCall,
  earlier: readonly EarlierCall[],
): FailureKind | null | undefined {
  const same = earlier.filter((call) => call.request === request);
  const since = same.findLastIndex(({ injected }) => injected === null) + 1;
  const [first] = same.slice(since);
  if (first === undefined || first.injected === null || !passing.has(first.injected)) return undefined;
  const planned = 1 + Math.floor(seededRng(`${plan.seed}/repeats/${first.ordinal}`)() * mostRepeats);
  return same.length - since < planned ? first.injected : null;
}

function drawKind(rng: Rng, given: FailurePlan['weights'], mayBeStale: boolean): FailureKind | null {
  const weights = Object.keys(given).length === 0 ? usualWeights : given;
  const open = kinds.filter((kind) => (weights[kind] ?? 0) > 0 && (kind !== 'stale' || mayBeStale));
  let left = rng() * open.reduce((sum, kind) => sum + (weights[kind] ?? 0), 0);
  for (const kind of open) {
    left -= weights[kind] ?? 0;
    if (left < 0) return kind;
  }
  return open.at(-1) ?? null;
}
