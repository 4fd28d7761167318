/** Judged episodes on the screen: what became training data, why the others did not, how far two judges agree. */
import type { TrajectoryView } from '../activities/store/trajectory-view.ts';

export function trajectoryLines({
  judged,
  selected,
  leftOut,
  histogram,
  agreement,
}: TrajectoryView): readonly string[] {
  const rules = Object.entries(leftOut).map(([rule, count]) => `${rule} ${count}`);
  const why = rules.length === 0 ? '' : ` (left out: ${rules.join(', ')})`;
  const kept = `${selected} of ${judged} judged trajectories are training data${why}`;
  return [kept, ...scoreLine(histogram), ...agreementLine(agreement)];
}

/** The share of the scores from each step upwards: what another threshold would keep. */
function scoreLine(histogram: TrajectoryView['histogram']): readonly string[] {
  const steps = histogram.filter(({ from, above }) => from >= 0.5 || above < 1);
  const shares = steps.map(({ from, above }) => `${from.toFixed(1)}: ${Math.round(above * 100)} %`);
  return shares.length === 0 ? [] : [`overall scores at or above ${shares.join(', ')}`];
}

function agreementLine(agreement: TrajectoryView['agreement']): readonly string[] {
  const all = agreement?.all;
  if (all === undefined || all.agreed === null) return [];
  const kappa = all.kappa === null ? '' : `, kappa ${all.kappa.toFixed(2)}`;
  const interval = all.interval === null ? '' : ` (${all.interval.low.toFixed(2)} to ${all.interval.high.toFixed(2)})`;
  return [`two judges agree on ${Math.round(all.agreed * 100)} % of ${all.pairs} verdicts${kappa}${interval}`];
}
