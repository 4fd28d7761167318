/** What workflows decide training by, out of a run's configuration. */
import type { RunConfig } from '../../domain/run/schema.ts';
import type { RlSettings } from '../../domain/run/training/settings.ts';
import type { RunSettings } from './contract.ts';

/** Empty for a run that trains nothing. */
export function trainingSettings({ sft, rl, evaluation }: RunConfig): Pick<RunSettings, 'training'> {
  if (sft === undefined && rl === undefined && evaluation === undefined) return {};
  const modes =
    evaluation === undefined ? [] : evaluation.greedy ? (['sampled', 'greedy'] as const) : (['sampled'] as const);
  return { training: { sft: sft !== undefined, rl: rl === undefined ? null : rlSettings(rl), evaluation: modes } };
}

/** Groups that a step may roll out for each one of its batch. */
const triesPerGroup = 4;

function rlSettings(rl: NonNullable<RunConfig['rl']>): RlSettings {
  const { steps, stepsPerEpoch, groups: target, delta, quorum, maxStaleness, maxGroups, stops, evaluateEvery } = rl;
  const fill = { target, delta, quorum, maxStaleness, maxGroups: maxGroups ?? triesPerGroup * target };
  return { steps, stepsPerEpoch, fill, stops, evaluateEvery };
}
