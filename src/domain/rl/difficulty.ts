/**
 * How hard an environment is (ours; method §10.7): the solver's pass rate over its rollouts, and the band of rates that
 * is worth training on. Outside of it groups have no spread; nothing measured is no reason to leave an environment out.
 */

export interface SuccessBand {
  /** Both inclusive, in [0, 1]. */
  readonly low: number;
  readonly high: number;
}

export interface Attempts {
  /** Rollouts that solved every sub-question, and all that were scored. */
  readonly solved: number;
  readonly tried: number;
}

/** Share of the attempts that solved everything; null when there were none. */
export function passRate({ solved, tried }: Attempts): number | null {
  return tried === 0 ? null : solved / tried;
}

/** Whether an environment is for training: its pass rate lies in the band, or nobody has measured it. */
export function worthTraining(attempts: Attempts, band: SuccessBand): boolean {
  const rate = passRate(attempts);
  return rate === null || (rate >= band.low && rate <= band.high);
}
