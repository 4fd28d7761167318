/**
 * How the user of an episode behaves (method §5.4; the original knows one message per user): drawn per variant and number
 * by the shares of the configuration, so that a rerun draws the same.
 */
import type { EpisodeKind } from '../episode/schema.ts';
import { seededRng } from '../random.ts';

export type KindShares = Readonly<Record<EpisodeKind, number>>;
export type ScriptedKind = Exclude<EpisodeKind, 'single' | 'missing_tool'>;

const kinds: readonly EpisodeKind[] = ['single', 'missing_parameter', 'missing_tool', 'changed_mind', 'multi_request'];

/** True for kinds whose user says more than the first message. */
export function isScripted(kind: EpisodeKind): kind is ScriptedKind {
  return kind !== 'single' && kind !== 'missing_tool';
}

export interface Draw {
  readonly seed: number;
  readonly variant: string;
  readonly n: number;
  /** Tools of the server: without a second one none can be withheld. */
  readonly tools: number;
}

/** The kind of an episode; null when every kind that has a share is impossible. */
export function drawKind({ seed, variant, n, tools }: Draw, shares: KindShares): EpisodeKind | null {
  const possible = kinds.filter((kind) => shares[kind] > 0 && (kind !== 'missing_tool' || tools > 1));
  const total = possible.reduce((sum, kind) => sum + shares[kind], 0);
  let left = seededRng(`${seed}/kind/${variant}/${n}`)() * total;
  for (const kind of possible) {
    left -= shares[kind];
    if (left < 0) return kind;
  }
  return possible.at(-1) ?? null;
}
