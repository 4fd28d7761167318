/**
 * The batch of a training step from its groups (method §10.3): one row per different trajectory, each token with its
 * advantage already divided by the normaliser, so that the trainer only sums. Equal trajectories of a group have equal
 * gradients, so one of them stands for all with their advantages together.
 */
import { type AdvantageScale, advantagesOf, divisorsOf, type Normaliser } from './advantage.ts';
import type { Rollout, RolloutGroup } from './schema.ts';
import { sampledTokens, trajectoryFault } from './token-trajectory.ts';

export interface BatchRow {
  readonly group: number;
  /** Numbers of the rollouts in their group that this row stands for. */
  readonly rollouts: readonly number[];
  readonly version: number;
  readonly tokens: readonly number[];
  readonly mask: readonly (0 | 1)[];
  readonly logprobs: readonly number[];
  /** Of each sampled token of the row; normalised. */
  readonly advantage: number;
  readonly reward: number;
}

export interface BatchRule {
  readonly scale: AdvantageScale;
  readonly normaliser: Normaliser;
}

/**
 * Rows in order of groups and rollouts, without those whose advantage is 0. Throws RangeError for a trajectory whose
 * parts do not fit each other, or when no row is left: such a batch would change nothing.
 */
export function trainingRows(groups: readonly RolloutGroup[], { scale, normaliser }: BatchRule): BatchRow[] {
  const tokens = groups.map(({ rollouts }) => rollouts.reduce((sum, one) => sum + sampledTokens(one), 0));
  const divisors = divisorsOf(tokens, normaliser);
  const rows = groups.flatMap((group, at) => groupRows(group, scale, divisors[at] ?? 1));
  if (rows.length === 0) throw new RangeError('every advantage of the batch is 0: the groups in it have no spread');
  return rows;
}

function groupRows(group: RolloutGroup, scale: AdvantageScale, divisor: number): BatchRow[] {
  const advantages = advantagesOf(
    group.rollouts.map(({ reward }) => reward),
    scale,
  );
  const rows = new Map<string, BatchRow>();
  group.rollouts.forEach((rollout, at) => {
    const fault = trajectoryFault(rollout);
    if (fault !== undefined) throw new RangeError(`group ${group.group}, rollout ${rollout.no}: ${fault}`);
    if (sampledTokens(rollout) === 0) return;
    const key = rollout.tokens.join(' ');
    rows.set(key, joined(rows.get(key), { group, rollout, share: (advantages[at] ?? 0) / divisor }));
  });
  return [...rows.values()].filter(({ advantage }) => advantage !== 0);
}

function joined(
  known: BatchRow | undefined,
  { group, rollout, share }: { group: RolloutGroup; rollout: Rollout; share: number },
): BatchRow {
  const { tokens, mask, logprobs, reward, no } = rollout;
  if (known !== undefined) return { ...known, rollouts: [...known.rollouts, no], advantage: known.advantage + share };
  return {
    group: group.group,
    rollouts: [no],
    version: group.version,
    tokens,
    mask,
    logprobs,
    advantage: share,
    reward,
  };
}
