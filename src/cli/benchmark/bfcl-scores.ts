/** What BFCL's checker decided of a category, as it writes it: a summary in the first line, then every entry that failed. */
import { mean, wilsonInterval } from '../../domain/statistics.ts';

export interface CategoryScore {
  readonly category: string;
  /** Entries that were played, in each repeat the same. */
  readonly entries: number;
  /** Entries that passed, by repeat. */
  readonly correct: readonly number[];
  /** Mean over repeats, with its 95 % Wilson interval over entries: repeats of an entry are no entries of their own. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** Passed and played entries of a score file; throws SyntaxError for what is none. */
export function readScore(text: string): { readonly correct: number; readonly entries: number } {
  const [first = ''] = text.split('\n', 1);
  const summary: unknown = JSON.parse(first);
  if (typeof summary === 'object' && summary !== null && 'correct_count' in summary && 'total_count' in summary) {
    const { correct_count: correct, total_count: entries } = summary;
    if (typeof correct === 'number' && typeof entries === 'number' && correct >= 0 && correct <= entries)
      return { correct, entries };
  }
  throw new SyntaxError(`expected {"correct_count", "total_count"} in the first line, got ${first.slice(0, 120)}`);
}

/** Joins the repeats of a category; throws RangeError when they did not play the same number of entries. */
export function categoryScore(
  category: string,
  repeats: readonly { readonly correct: number; readonly entries: number }[],
): CategoryScore {
  const [entries = 0, ...others] = repeats.map((repeat) => repeat.entries);
  if (others.some((other) => other !== entries))
    throw new RangeError(`${category}: the repeats played ${[entries, ...others].join(', ')} entries: start anew`);
  const correct = repeats.map((repeat) => repeat.correct);
  return { category, entries, correct, ...intervalOf(mean(correct) ?? 0, entries) };
}

/** All entries of all categories as one sample. */
export function pooledScore(scores: readonly CategoryScore[]): Pick<CategoryScore, 'accuracy' | 'low' | 'high'> {
  const entries = scores.reduce((total, score) => total + score.entries, 0);
  return intervalOf(
    scores.reduce((total, score) => total + score.accuracy * score.entries, 0),
    entries,
  );
}

function intervalOf(correct: number, entries: number): Pick<CategoryScore, 'accuracy' | 'low' | 'high'> {
  return { accuracy: entries === 0 ? 0 : correct / entries, ...wilsonInterval(Math.min(correct, entries), entries) };
}
