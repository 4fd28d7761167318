/** New items with their bodies, many per statement. */
import type { PoolClient } from 'pg';
import type { RunId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { type Body, saveBodies } from './blobs.ts';
import type { StoredKind } from './contract.ts';
import { outcomeColumns } from './items.ts';
import { query } from './pool.ts';

export interface NewItem {
  readonly id: string;
  readonly ordinal: number;
  readonly body: Body;
  readonly parentId?: string;
  readonly imported?: boolean;
  readonly round?: number;
  readonly duplicateKey?: string;
  /** Graph: requests that one sample of its tools is split into. */
  readonly slices?: number;
  /** Absent: the item is open. */
  readonly outcome?: Outcome;
  /** Instance that comes with its environment: what it becomes once that is replayed. */
  readonly finished?: { readonly body: Body; readonly score: number | null; readonly toolNodes: readonly number[] };
}

export interface NewItems {
  readonly runId: RunId;
  readonly kind: StoredKind;
  readonly items: readonly NewItem[];
}

/** Rows per statement: large enough to be quick, small enough for one message. */
const batch = 500;

/** Inserts the items; fails with Store.Constraint when an id or ordinal of the run is taken. */
export async function insertItems(client: PoolClient, { runId, kind, items }: NewItems): Promise<void> {
  for (let start = 0; start < items.length; start += batch) {
    const page = items.slice(start, start + batch);
    await saveBodies(
      client,
      page.flatMap(({ body, finished }) => (finished === undefined ? [body] : [body, finished.body])),
    );
    await query(client, insertSql, [runId, kind, JSON.stringify(page.map(toColumns))]);
  }
}

function toColumns(item: NewItem): Record<string, unknown> {
  const outcome =
    item.outcome === undefined ? { status: 'open', reason: '', detail: '' } : outcomeColumns(item.outcome);
  return {
    id: item.id,
    ordinal: item.ordinal,
    parent_id: item.parentId ?? null,
    body: item.body.hash,
    imported: item.imported ?? false,
    round: item.round ?? 0,
    duplicate_key: item.duplicateKey ?? null,
    slices: item.slices ?? null,
    ...finishedColumns(item.finished),
    ...outcome,
  };
}

function finishedColumns(finished: NewItem['finished']): Record<string, unknown> {
  if (finished === undefined) return { selected: false, tool_nodes: [] };
  const { body, score, toolNodes } = finished;
  return { result_body: body.hash, score, selected: true, tool_nodes: toolNodes };
}

const insertSql = `
  insert into item (run_id, kind, id, ordinal, parent_id, body, imported, round, duplicate_key, slices, status,
    reason, detail, closed_at, result_body, score, selected, tool_nodes)
  select $1, $2, id, ordinal, parent_id, body, imported, round, duplicate_key, slices, status, reason,
    detail, case status when 'open' then null else now() end, result_body, score, selected, tool_nodes
  from json_populate_recordset(null::item, $3::json)`;
