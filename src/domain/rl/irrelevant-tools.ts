/**
 * Irrelevant tools in the list of a task (paper §3.3; method §10.5): tools of other environments in three bands of
 * likeness to those in scope. The paper leaves open what happens to a tool that is near one and far from another, and
 * how many are drawn: ours is counted in its highest band. A tool that could give a gold answer is never offered, and
 * what is offered can be called.
 */
import type { Rng } from '../random.ts';
import { shuffle } from '../random.ts';
import type { Bands } from './schema.ts';

export interface Candidate {
  readonly name: string;
  /** Its description. A tool that says what one in scope says would serve as well: it is not irrelevant. */
  readonly says: string;
  readonly domain: string;
  /** Of an environment that no training sees: never offered in one that trains. */
  readonly heldOut: boolean;
  /** Outputs of its own proven calls, as texts; where a gold answer is looked for. */
  readonly gives: (answer: string) => boolean;
}

export interface InScope {
  readonly names: ReadonlySet<string>;
  readonly descriptions: ReadonlySet<string>;
  /** Whose tools are not offered; undefined: those of every domain are. */
  readonly domain: string | undefined;
  readonly heldOut: boolean;
  /** Gold answers of the task. */
  readonly answers: readonly string[];
  /** Of tools in scope: the place in the pool, -1 for one that is not in it, and the likeness to every tool of the pool. */
  readonly rows: readonly { readonly self: number; readonly likeness: readonly number[] }[];
}

/** Likeness after normalisation per row from which on a tool is near, and below which it is far. */
const near = 0.85;
const far = 0.4;

/** The bands of a task over the pool; indices rise. Where all likenesses are equal, everything is low. */
export function bandsOf(pool: readonly Candidate[], scope: InScope): Bands {
  const best = pool.map(() => 0);
  for (const { self, likeness } of scope.rows) {
    const others = likeness.filter((_, at) => at !== self);
    const low = Math.min(...others);
    const span = Math.max(...others) - low;
    likeness.forEach((value, at) => {
      if (at !== self && span > 0) best[at] = Math.max(best[at] ?? 0, (value - low) / span);
    });
  }
  const allowed = pool.flatMap((tool, at) => (mayBeOffered(tool, scope) ? [at] : []));
  const of = (fits: (value: number) => boolean): number[] => allowed.filter((at) => fits(best[at] ?? 0));
  return {
    high: of((value) => value > near),
    medium: of((value) => value >= far && value <= near),
    low: of((value) => value < far),
  };
}

function mayBeOffered({ name, says, domain, heldOut, gives }: Candidate, scope: InScope): boolean {
  if ((heldOut && !scope.heldOut) || scope.descriptions.has(says)) return false;
  return !scope.names.has(name) && domain !== scope.domain && !scope.answers.some(gives);
}

/** Up to `perBand` of each band, uniformly; the same generator gives the same tools. */
export function drawIrrelevant(rng: Rng, bands: Bands, perBand: number): number[] {
  return [bands.high, bands.medium, bands.low].flatMap((band) => shuffle(rng, band).slice(0, perBand));
}
