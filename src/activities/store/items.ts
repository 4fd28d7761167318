/** Items of a run: claimed in plan order, closed once, counted by outcome. */
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { Outcome, OutcomeCounts } from '../../domain/run/outcome.ts';
import { StoreError } from '../failures.ts';
import { columnText } from './column-text.ts';
import type { ChainKind, ClaimedItem, StoreActivities, StoredKind, TrajectoryKind } from './contract.ts';
import { type Queryable, query } from './pool.ts';

type Input<Name extends keyof StoreActivities> = Parameters<StoreActivities[Name]>[0];

/** A page is never larger, whatever is asked for. */
const largestPage = 50;

/**
 * The next unfinished items of a partition, in plan order. A question is unfinished while it is open, and again while
 * instances of it wait for their scores: then it is given out as imported, so that it is not decomposed anew.
 */
export async function claimItems(on: Queryable, input: Input<'claimItems'>): Promise<{ items: ClaimedItem[] }> {
  const page = claimSql[input.kind];
  const items = await query<ClaimRow>(on, page, [
    input.runId,
    input.after,
    input.partitions,
    input.partition,
    Math.min(input.limit, largestPage),
  ]);
  return { items: items.map(({ tool_nodes: toolNodes, ...item }) => ({ ...item, toolNodes })) };
}

interface ClaimRow {
  readonly id: string;
  readonly ordinal: number;
  readonly body: BlobHash;
  readonly round: number;
  readonly imported: boolean;
  readonly tool_nodes: number[];
  readonly slices?: number | null;
  readonly server?: BlobHash | null;
}

const claimInstances = `
  select id, ordinal, body, round, imported, tool_nodes from item
  where run_id = $1 and kind = 'instance' and status = 'open' and selected and not imported
    and ordinal > $2 and ordinal % $3 = $4
  order by ordinal limit $5`;

const claimScenarios = `
  select id, ordinal, body, round, imported, tool_nodes from item
  where run_id = $1 and kind = 'scenario' and status = 'open' and ordinal > $2 and ordinal % $3 = $4
  order by ordinal limit $5`;

const claimQuestions = `
  with waiting as (
    select parent_id, max(round) as round from item
    where run_id = $1 and kind = 'instance' and status = 'open' and verdict is null
    group by parent_id
  )
  select q.id, q.ordinal, q.body, greatest(q.round, coalesce(waiting.round, 0)) as round,
    q.imported or waiting.parent_id is not null as imported, q.tool_nodes
  from item q left join waiting on waiting.parent_id = q.id
  where q.run_id = $1 and q.kind = 'question' and (q.status = 'open' or waiting.parent_id is not null)
    and q.ordinal > $2 and q.ordinal % $3 = $4
  order by q.ordinal limit $5`;

const claimChainItems = (kind: ChainKind): string => `
  select id, ordinal, body, round, imported, tool_nodes, slices,
    (select g.body from item g where g.run_id = $1 and g.kind = 'graph' and g.id = item.parent_id) as server
  from item
  where run_id = $1 and kind = '${kind}' and status = 'open' and ordinal > $2 and ordinal % $3 = $4
  order by ordinal limit $5`;

/** Bodies of these kinds name their server. */
const claimTaskItems = (kind: TrajectoryKind): string => `
  select id, ordinal, item.body, round, imported, tool_nodes, b.body::json ->> 'server' as server${kind === 'task' ? ", b.body::json ->> 'mode' as mode" : ''}
  from item join blob b on b.hash = item.body
  where run_id = $1 and kind = '${kind}' and status = 'open' and ordinal > $2 and ordinal % $3 = $4
  order by ordinal limit $5`;

const claimSql: Readonly<Record<StoredKind, string>> = {
  question: claimQuestions,
  instance: claimInstances,
  scenario: claimScenarios,
  server: claimChainItems('server'),
  graph: claimChainItems('graph'),
  chain: claimChainItems('chain'),
  task: claimTaskItems('task'),
  variant: claimTaskItems('variant'),
  episode: claimTaskItems('episode'),
};

/** What an outcome is in columns: its status and its rule, class or judge. */
export function outcomeColumns(outcome: Outcome): { status: string; reason: string; detail: string } {
  switch (outcome.status) {
    case 'ok':
      return { status: 'ok', reason: '', detail: '' };
    case 'rejected':
      return { status: 'rejected', reason: columnText(outcome.rule), detail: columnText(outcome.detail) };
    case 'failed':
      return { status: 'failed', reason: columnText(outcome.class), detail: columnText(outcome.detail) };
    case 'quarantined':
      return { status: 'quarantined', reason: columnText(outcome.judge), detail: columnText(outcome.detail) };
  }
}

export interface Closing {
  readonly runId: RunId;
  readonly kind: StoredKind;
  readonly id: string;
  readonly outcome: Outcome;
  readonly result?: { readonly id: string; readonly body: BlobHash };
}

/**
 * Records what became of an item, and what its result was made from: the item and the tools it holds. The first outcome stays: a later one is
 * ignored until the item is opened again. True when this call closed it; fails with Store.NotFound.
 */
export async function closeItem(on: Queryable, closing: Closing): Promise<boolean> {
  const { status, reason, detail } = outcomeColumns(closing.outcome);
  const [row] = await query<{ found: boolean; closed: boolean }>(
    on,
    `with closed as (
       update item set status = $4, reason = $5, detail = $6, result_id = $7, result_body = $8, closed_at = now()
       where run_id = $1 and kind = $2 and id = $3 and status = 'open' returning id
     ), derived as (
       insert into lineage (run_id, child, parent, relation)
       select $1, $7, $3, 'built from' from closed where $7::text is not null on conflict do nothing
     ), tools as (
       select tool ->> 'id' as id from closed, blob, json_array_elements(body::json -> 'tools') as tool
       where hash = $8 and $2 in ('instance', 'scenario')
     ), used as (
       insert into lineage (run_id, child, parent, relation)
       select $1, $7, id, 'uses' from tools union all select $1, id, $3, 'proven for' from tools on conflict do nothing
     )
     select exists (select from item where run_id = $1 and kind = $2 and id = $3) as found,
       exists (select from closed) as closed`,
    [
      closing.runId,
      closing.kind,
      closing.id,
      status,
      reason,
      detail,
      closing.result?.id ?? null,
      closing.result?.body ?? null,
    ],
  );
  if (row?.found === true) return row.closed;
  throw new StoreError('NotFound', `Run "${closing.runId}" has no ${closing.kind} "${closing.id}" to close`);
}

/**
 * Items of a kind per outcome key, the open ones under "open". A question stands for its instances until they are
 * scored: it is open while one waits and failed while one failed, so that the stage that judges them also sees it.
 */
export async function countItems(on: Queryable, input: Input<'countItems'>): Promise<OutcomeCounts> {
  const rows = await query<{ key: string; count: number }>(on, countSql[input.kind], [input.runId]);
  return Object.fromEntries(rows.map((row) => [row.key, row.count]));
}

const countInstances = `
  select outcome_key as key, count(*) as count from item
  where run_id = $1 and kind = 'instance' and (score is not null or status not in ('open', 'failed'))
  group by 1 order by 1`;

const countScenarios = `
  select outcome_key as key, count(*) as count from item
  where run_id = $1 and kind = 'scenario' group by 1 order by 1`;

const countQuestions = `
  with unscored as (
    select parent_id, min(outcome_key) filter (where status = 'failed') as failed, bool_or(status = 'open') as waiting
    from item where run_id = $1 and kind = 'instance' and score is null and status in ('open', 'failed')
    group by parent_id
  )
  select case when q.status <> 'ok' then q.outcome_key when u.waiting then 'open' else coalesce(u.failed, 'ok') end as key,
    count(*) as count
  from item q left join unscored u on u.parent_id = q.id
  where q.run_id = $1 and q.kind = 'question'
  group by 1 order by 1`;

const countByKind = (kind: ChainKind | TrajectoryKind): string => `
  select outcome_key as key, count(*) as count from item
  where run_id = $1 and kind = '${kind}' group by 1 order by 1`;

const countSql: Readonly<Record<StoredKind, string>> = {
  question: countQuestions,
  instance: countInstances,
  scenario: countScenarios,
  server: countByKind('server'),
  graph: countByKind('graph'),
  chain: countByKind('chain'),
  task: countByKind('task'),
  variant: countByKind('variant'),
  episode: countByKind('episode'),
};
