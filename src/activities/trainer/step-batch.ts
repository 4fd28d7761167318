/** The batch of a step as bytes, from its groups alone: what a step is trained on can be made again by anybody. */
import type { RolloutGroup } from '../../domain/rl/schema.ts';
import { type BatchRow, trainingRows } from '../../domain/rl/training-batch.ts';
import type { Rl } from '../../domain/run/training/schema.ts';
import { encodeBatch } from './batch-file.ts';

/** Rows and bytes; throws RangeError for groups that cannot be trained on. */
export function encodeStepBatch(
  groups: readonly RolloutGroup[],
  rl: Pick<Rl, 'advantages' | 'normaliser'>,
  { run, step }: { run: string; step: number },
): { readonly rows: readonly BatchRow[]; readonly bytes: Uint8Array } {
  const rows = trainingRows(groups, { scale: rl.advantages, normaliser: rl.normaliser });
  const places = rows.map(({ group, rollouts, reward }) => ({ group, rollouts, reward }));
  const told = { run, step: String(step), normaliser: JSON.stringify(rl.normaliser), rows: JSON.stringify(places) };
  return { rows, bytes: encodeBatch(rows, told) };
}
