/** Instances that need no model: those that come with their environment, and those made from finished ones (method §8.1). */
import type { Pool, PoolClient } from 'pg';
import type { RunId } from '../../domain/ids.ts';
import { StoreError } from '../failures.ts';
import type { FinishedInstance, ImportedInstance, ProofStore } from '../proof/contract.ts';
import { ordinalStride } from './instance-place.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';

type Added = Parameters<ProofStore['addInstance']>[0];

/** See ProofStore. Fails with Store.NotFound for an unknown origin, Store.BadInput when a question has too many. */
export function addInstance(pool: Pool, added: Added): Promise<void> {
  return transaction(pool, async (client) => {
    const { runId, from, instance, result } = added;
    const [known] = await query(client, "select id from item where run_id = $1 and kind = 'instance' and id = $2", [
      runId,
      instance.id,
    ]);
    if (known !== undefined) return;
    await insertAfter(client, added);
    await closeItem(client, { runId, kind: 'instance', id: instance.id, outcome: { status: 'ok' }, result });
    await query(
      client,
      "insert into lineage (run_id, child, parent, relation) values ($1, $2, $3, 'augmented from') on conflict do nothing",
      [runId, instance.id, from],
    );
  });
}

async function insertAfter(client: PoolClient, { runId, from, instance }: Added): Promise<void> {
  const [row] = await query<{ taken: number }>(
    client,
    `insert into item (run_id, kind, id, ordinal, parent_id, body, imported, score, verdict, selected, tool_nodes, round)
     select run_id, kind, $3, (select max(ordinal) + 1 from item q where q.run_id = $1 and q.kind = 'instance'
         and q.ordinal / ${ordinalStride} = o.ordinal / ${ordinalStride}),
       parent_id, $4, true, score, verdict, true, tool_nodes, round
     from item o where run_id = $1 and kind = 'instance' and id = $2
     returning ordinal % ${ordinalStride} as taken`,
    [runId, from, instance.id, instance.body],
  );
  if (row === undefined) throw new StoreError('NotFound', `Run "${runId}" has no instance "${from}"`);
  if (row.taken === 0) throw new StoreError('BadInput', `The question of "${from}" has no place for more instances`);
}

/** See ProofStore. */
export function finishedInstances(
  pool: Pool,
  { runId, after, limit }: { readonly runId: RunId; readonly after: number; readonly limit: number },
): Promise<FinishedInstance[]> {
  return query<FinishedInstance>(
    pool,
    `select id, ordinal, coalesce(parent_id, id) as question, body, result_body as environment from item
     where run_id = $1 and kind = 'instance' and status = 'ok' and ordinal > $2 and result_body is not null
       and not exists (select from lineage l where l.run_id = $1 and l.child = item.id and l.relation = 'augmented from')
     order by ordinal limit $3`,
    [runId, after, limit],
  );
}

/** See ProofStore. */
export function importedInstances(pool: Pool, runId: RunId, after: number): Promise<ImportedInstance[]> {
  return query<ImportedInstance>(
    pool,
    `select id, ordinal, result_body as environment from item
     where run_id = $1 and kind = 'instance' and status = 'open' and imported and ordinal > $2
     order by ordinal limit ${importPage}`,
    [runId, after],
  );
}

/** Two replays of a few calls each; code from elsewhere may take its whole time limit in every one. */
const importPage = 25;
