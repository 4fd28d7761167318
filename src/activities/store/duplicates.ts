/** Two instances of a run that say the same: the one earlier in the plan stays, unless the later was already selected. */
import type { PoolClient } from 'pg';
import type { RunId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { ordinalStride, refusedId } from './instance-place.ts';
import { query } from './pool.ts';

interface Newcomer {
  readonly runId: RunId;
  readonly key: string;
  readonly id: string;
  readonly ordinal: number;
}

/** The id that stays instead of the newcomer, or undefined when the newcomer stays; then an older one gave way. */
export async function giveWay(client: PoolClient, newcomer: Newcomer): Promise<string | undefined> {
  // Until the end of this transaction nobody else decides over this key.
  await query(client, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${newcomer.runId} ${newcomer.key}`]);
  const [holder] = await query<{ id: string; parent_id: string; ordinal: number; selected: boolean }>(
    client,
    'select id, parent_id, ordinal, selected from item where run_id = $1 and duplicate_key = $2 for update',
    [newcomer.runId, newcomer.key],
  );
  if (holder === undefined) return undefined;
  if (holder.ordinal < newcomer.ordinal || holder.selected) return holder.id;
  const outcome = duplicateOutcome(newcomer.id);
  // The same content has the same id: the newcomer takes it over.
  const id = holder.id === newcomer.id ? refusedId(holder.parent_id, holder.ordinal % ordinalStride) : holder.id;
  await query(
    client,
    `update item set id = $3, duplicate_key = null,
       verdict = null, score = null, tool_nodes = '{}', status = 'rejected', reason = $4, detail = $5, closed_at = now()
     where run_id = $1 and kind = 'instance' and id = $2`,
    [newcomer.runId, holder.id, id, outcome.rule, outcome.detail],
  );
  return undefined;
}

/** The outcome of an instance that another one of the run stands for. */
export function duplicateOutcome(winner: string): Extract<Outcome, { status: 'rejected' }> {
  return { status: 'rejected', rule: 'duplicate', detail: `says the same as ${winner}, which is earlier in the plan` };
}
