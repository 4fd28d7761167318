/** When a drill strikes, and what: drawn from a seed, so that a bad moment can be met again. */
import { type Rng, seededRng, shuffle } from '../../src/domain/random.ts';

export const parts = ['worker', 'temporal', 'postgres', 'teacher', 'trainer'] as const;
/** What is killed: a worker process, or a server of the stack. */
export type Part = (typeof parts)[number];

/** The parts that a run works with: nothing is lost by killing a part that nobody asks. */
export function victimsOf({ calls, trains }: { calls: number; trains: boolean }): readonly Part[] {
  return parts.filter((part) => (part === 'teacher' ? calls > 0 : part !== 'trainer' || trains));
}

export interface Moment {
  readonly part: Part;
  /** Share of the undisturbed run's records that must be there first; 0 to 1. */
  readonly atShare: number;
  /** Milliseconds after which the moment comes anyway, whatever the run waits for. */
  readonly patienceMs: number;
  /** Milliseconds from there to the kill, so that it falls anywhere between two records. */
  readonly delayMs: number;
  /** Milliseconds the part stays away. */
  readonly awayMs: number;
}

/** Records are left after the last moment, so that the run does not end before it. */
const lastShare = 0.85;

export interface MomentPlan {
  readonly seed: number;
  readonly count: number;
  readonly victims: readonly Part[];
  /** Longest wait for the run to get on between two moments. */
  readonly patienceMs: number;
}

/** `count` moments in the order of the run; every victim gets its turn before one gets the next. */
export function planMoments({ seed, count, patienceMs, victims }: MomentPlan): readonly Moment[] {
  const rng = seededRng(`drill/${seed}`);
  const between = (low: number, high: number): number => low + rng() * (high - low);
  const shares = Array.from({ length: count }, () => between(0.01, lastShare)).toSorted((a, b) => a - b);
  const order = dealt(rng, count, victims);
  return shares.map((atShare, index) => ({
    part: order[index] ?? 'worker',
    atShare,
    patienceMs,
    delayMs: between(0, 1_000),
    awayMs: between(0, 3_000),
  }));
}

function dealt(rng: Rng, count: number, victims: readonly Part[]): readonly Part[] {
  const rounds = Math.ceil(count / victims.length);
  return Array.from({ length: rounds }, () => shuffle(rng, victims)).flat();
}
