/**
 * Overall scores of judged conversations at a glance (method §7.5; ours), so that a threshold can be set by what it lets
 * through: ten steps, and what each of them and everything above it would keep.
 */

export interface ScoreStep {
  /** Lowest score of the step: 0, 0.1 … 0.9; the last one holds 1 too. */
  readonly from: number;
  readonly count: number;
  /** Share of all scored conversations at or above `from`. */
  readonly above: number;
}

/** Ten steps, lowest first; conversations without an overall score are in none. Empty without scores. */
export function scoreHistogram(scores: readonly number[]): ScoreStep[] {
  if (scores.length === 0) return [];
  // A mean such as 0.7 may come as 0.7000000000000001 or 0.6999999999999999: a billionth decides nothing.
  const stepOf = (score: number): number => Math.min(9, Math.floor(score * 10 + 1e-9));
  const counts = Array.from({ length: 10 }, (_, step) => scores.filter((score) => stepOf(score) === step).length);
  return counts.map((count, step) => ({
    from: step / 10,
    count,
    above: counts.slice(step).reduce((sum, one) => sum + one, 0) / scores.length,
  }));
}
