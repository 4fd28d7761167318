/** Items of chain building and of trajectory synthesis, one by one: their ids, and what became of them. */
import type { PoolClient } from 'pg';
import { type BlobHash, contentId, type RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { StoreError } from '../failures.ts';
import type { ChainKind, TrajectoryKind } from './contract.ts';
import { query } from './pool.ts';
import { type OutcomeColumns, storedOutcome } from './stored-outcome.ts';

/** The id of an item, from its content. */
export function chainItem(kind: ChainKind, content: JsonObject): { readonly id: string } {
  return { id: contentId(kind, content) };
}

export interface ChainItemRow {
  readonly ordinal: number;
  readonly body: BlobHash;
  readonly parentId: string | null;
  readonly imported: boolean;
  readonly round: number;
  /** What was decided so far. */
  readonly verdict: BlobHash | null;
  /** Undefined while the item is open. */
  readonly outcome: Outcome | undefined;
}

interface Row extends OutcomeColumns {
  readonly ordinal: number;
  readonly body: BlobHash;
  readonly parent_id: string | null;
  readonly imported: boolean;
  readonly round: number;
  readonly verdict: BlobHash | null;
}

/** The item, locked until the transaction ends; fails with Store.NotFound. */
export async function requireChainItem(
  client: PoolClient,
  { runId, kind, id }: { runId: RunId; kind: ChainKind | TrajectoryKind; id: string },
): Promise<ChainItemRow> {
  const [row] = await query<Row>(
    client,
    `select ordinal, body, parent_id, imported, round, verdict, status, reason, detail from item
     where run_id = $1 and kind = $2 and id = $3 for update`,
    [runId, kind, id],
  );
  if (row === undefined) throw new StoreError('NotFound', `Run "${runId}" has no ${kind} "${id}"`);
  const { ordinal, body, parent_id: parentId, imported, round, verdict } = row;
  return { ordinal, body, parentId, imported, round, verdict, outcome: storedOutcome(row) };
}
