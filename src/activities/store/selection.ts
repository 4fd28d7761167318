/** Which scored instances of a run go on (method §8.3): decided over all of them at once. */
import type { Pool, PoolClient } from 'pg';
import { selectInstances as decide } from '../../domain/decomposition/selection.ts';
import { StoreError } from '../failures.ts';
import type { StoreActivities } from './contract.ts';
import { query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';

type Input = Parameters<StoreActivities['selectInstances']>[0];
type Result = Awaited<ReturnType<StoreActivities['selectInstances']>>;

/**
 * Marks the selected instances; the others are closed as rejected:not_selected, and open again when a later decision
 * lets them in. An instance that was already built keeps its place whatever came after; finished environments from
 * elsewhere are not ours to choose. See StoreActivities.
 */
export async function selectInstances(pool: Pool, { runId }: Input): Promise<Result> {
  return transaction(pool, async (client) => {
    await query(client, 'select id from run where id = $1 for update', [runId]);
    const { environments } = await loadRunConfig(client, runId);
    if (environments === undefined) {
      throw new StoreError('BadInput', `Run "${runId}" has no environment stage, so there is nothing to select`);
    }
    const items = await query<{ id: string; score: number }>(
      client,
      "select id, score from item where run_id = $1 and kind = 'instance' and score is not null and not imported order by ordinal",
      [runId],
    );
    const { selected, scored, threshold } = decide(items, environments.selection);
    await query(client, 'update run set threshold = $2, updated_at = now() where id = $1', [runId, threshold]);
    await mark(client, runId, { selected, threshold });
    if (environments.stopAfter === 'scores') await finishSelected(client, runId);
    const [count] = await query<{ selected: number }>(
      client,
      "select count(*) as selected from item where run_id = $1 and kind = 'instance' and selected and not imported",
      [runId],
    );
    return { scored, selected: count?.selected ?? 0, threshold };
  });
}

async function mark(
  client: PoolClient,
  runId: string,
  decision: { selected: readonly string[]; threshold: number | null },
): Promise<void> {
  await query(
    client,
    `update item set selected = true, closed_at = case reason when 'not_selected' then null else closed_at end,
       status = case reason when 'not_selected' then 'open' else status end,
       detail = case reason when 'not_selected' then '' else detail end,
       reason = case reason when 'not_selected' then '' else reason end
     where run_id = $1 and kind = 'instance' and id = any($2::text[]) and not selected`,
    [runId, decision.selected],
  );
  await query(
    client,
    `update item set selected = false, status = 'rejected', reason = 'not_selected', closed_at = now(),
       detail = 'score ' || score || ' is below ' || $3::float8
     where run_id = $1 and kind = 'instance' and score is not null and not imported and status = 'open'
       and id <> all($2::text[])`,
    [runId, decision.selected, decision.threshold],
  );
}

/** A run that stops after the scores has nothing more to do for them. */
async function finishSelected(client: PoolClient, runId: string): Promise<void> {
  await query(
    client,
    `update item set status = 'ok', closed_at = now()
     where run_id = $1 and kind = 'instance' and selected and status = 'open'`,
    [runId],
  );
}
