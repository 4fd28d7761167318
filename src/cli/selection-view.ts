/** The selection of conversations on the screen: pure, what was kept and what every other threshold would keep. */
import type { SelectionView } from '../activities/store/selection-view.ts';

/** Three lines: what was kept, why the others were not, and the share of scores from each step upwards. */
export function selectionLines({ judged, selected, leftOut, histogram }: SelectionView): readonly string[] {
  const rules = Object.entries(leftOut).map(([rule, count]) => `${rule} ${count}`);
  const steps = histogram.filter(({ from, above }) => from >= 0.5 || above < 1);
  const shares = steps.map(({ from, above }) => `${from.toFixed(1)}: ${Math.round(above * 100)} %`);
  return [
    `selected: ${selected} of ${judged} judged conversations`,
    ...(rules.length === 0 ? [] : [`  left out: ${rules.join(', ')}`]),
    ...(shares.length === 0 ? [] : [`  overall scores at or above ${shares.join(', ')}`]),
  ];
}
