/** Opening finished items again: by hand after a fix (`astra retry`), or when a parked run was corrected. */
import type { Pool } from 'pg';
import type { RunId } from '../../domain/ids.ts';
import type { ChainKind, StoreActivities, StoredKind, TrajectoryKind } from './contract.ts';
import { isRefused } from './instance-place.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { unknownRun } from './runs.ts';

export interface RetryFilter {
  /** Absent: failed and quarantined ones. */
  readonly only?: 'failed' | 'quarantined' | 'rejected';
  /** Class, judge or rule, for example "Provider.Budget" or "tool_necessity". */
  readonly rule?: string;
  /** judging: questions and instances without a score. building: scored instances. stateful: scenarios. A kind of chain building or trajectory synthesis: its items.
   * Absent: all. */
  readonly stage?: 'judging' | 'building' | 'stateful' | ChainKind | TrajectoryKind;
}

/**
 * Opens items of a run again, one round later, so that models are asked anew; returns how many. Items that ended well
 * are never touched. An instance without a score is judged again; one that was selected is built again.
 */
export async function reopenItems(on: Queryable, runId: string, filter: RetryFilter = {}): Promise<number> {
  const rows = await query(
    on,
    `update item set status = 'open', reason = '', detail = '', closed_at = null, round = round + 1,
       verdict = case when score is null then null else verdict end
     where run_id = $1 and status = any($2::text[]) and ($3::text is null or reason = $3)
       and ($4::text is null or $4 = case when kind = 'scenario' then 'stateful' when kind not in ('question', 'instance') then kind
         when score is not null then 'building' else 'judging' end) and reason not in ('duplicate', 'not_selected', 'row_invalid', 'line_invalid',
         'secret_in_file', 'evaluation_only', 'duplicate_server', 'near_duplicate')
       and not ${isRefused}
     returning id`,
    [
      runId,
      filter.only === undefined ? ['failed', 'quarantined'] : [filter.only],
      filter.rule ?? null,
      filter.stage ?? null,
    ],
  );
  if (rows.length === 0) await requireRun(on, runId);
  return rows.length;
}

async function requireRun(on: Queryable, runId: string): Promise<void> {
  const [row] = await query(on, 'select id from run where id = $1', [runId]);
  if (row === undefined) throw unknownRun(runId);
}

/**
 * Raises the budget when one is given and opens what failed in the stage again: failed questions and instances that
 * could not be judged, or instances that could not be built. See StoreActivities.applyCorrection.
 */
export async function applyCorrection(
  pool: Pool,
  { runId, kind, budget }: Parameters<StoreActivities['applyCorrection']>[0],
): Promise<{ reopened: number }> {
  return transaction(pool, async (client) => {
    await setBudget(client, runId, budget ?? {});
    const stage = stages[kind];
    return { reopened: await reopenItems(client, runId, { only: 'failed', stage }) };
  });
}

const stages: { readonly [Kind in StoredKind]: NonNullable<RetryFilter['stage']> } = {
  question: 'judging',
  instance: 'building',
  scenario: 'stateful',
  server: 'server',
  graph: 'graph',
  chain: 'chain',
  task: 'task',
  variant: 'variant',
  episode: 'episode',
};

/** Changes the caps of a run; an absent one stays as it is. */
export async function setBudget(
  on: Queryable,
  runId: RunId,
  budget: { maxCost?: number; maxTokens?: number },
): Promise<void> {
  await query(
    on,
    'update ledger set max_cost = coalesce($2, max_cost), max_tokens = coalesce($3, max_tokens) where run_id = $1',
    [runId, budget.maxCost ?? null, budget.maxTokens ?? null],
  );
}
