/** Judged episodes on the screen: what became training data, why the others did not, how far two judges agree. */
import type { TrajectoryView } from '../activities/store/trajectory-view.ts';

export function trajectoryLines({ judged, selected, leftOut, agreement }: TrajectoryView): readonly string[] {
  const rules = Object.entries(leftOut).map(([rule, count]) => `${rule} ${count}`);
  const why = rules.length === 0 ? '' : ` (left out: ${rules.join(', ')})`;
  return [`${selected} of ${judged} judged trajectories are training data${why}`, ...agreementLine(agreement)];
}

function agreementLine(agreement: TrajectoryView['agreement']): readonly string[] {
  const all = agreement?.all;
  if (all === undefined || all.agreed === null) return [];
  const kappa = all.kappa === null ? '' : `, kappa ${all.kappa.toFixed(2)}`;
  const interval = all.interval === null ? '' : ` (${all.interval.low.toFixed(2)} to ${all.interval.high.toFixed(2)})`;
  return [`two judges agree on ${Math.round(all.agreed * 100)} % of ${all.pairs} verdicts${kappa}${interval}`];
}
