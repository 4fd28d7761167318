/**
 * Questions of one server that say nearly the same (method §4.4): by the word triples they share. The one that already has
 * episodes stays, else the earlier in the plan; servers are never compared, since their tools differ.
 */
import { SimilarTexts } from '../text/shingles.ts';

export interface ComparedQuestion {
  readonly id: string;
  readonly server: string;
  readonly question: string;
  /** It has episodes: nothing takes its place. */
  readonly settled: boolean;
}

export interface Duplicate {
  readonly id: string;
  /** The question that stands for it. */
  readonly of: string;
  /** Shared word triples among those of both. */
  readonly share: number;
}

/** The duplicates among questions in plan order. */
export function nearDuplicates(questions: readonly ComparedQuestion[], least: number): Duplicate[] {
  const kept = new Map<string, SimilarTexts>();
  const duplicates: Duplicate[] = [];
  const settledFirst = [...questions.filter(({ settled }) => settled), ...questions.filter(({ settled }) => !settled)];
  for (const { id, server, question, settled } of settledFirst) {
    const texts = kept.get(server) ?? new SimilarTexts();
    kept.set(server, texts);
    const nearest = settled ? undefined : texts.nearest(question, least);
    if (nearest === undefined) texts.add(id, question);
    else duplicates.push({ id, of: nearest.id, share: nearest.share });
  }
  return duplicates;
}
