/** Which tasks are played, and how (method §4.4, §5.4): decided over all variants of a run at once. */
import type { Pool, PoolClient } from 'pg';
import type { EpisodePlan } from '../../domain/episode/schema.ts';
import type { RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { episodeId, planEpisode } from '../../domain/task/episode-plans.ts';
import { drawKind, isScripted } from '../../domain/task/kinds.ts';
import { type Duplicate, nearDuplicates } from '../../domain/task/near-duplicates.ts';
import { TaskVariant } from '../../domain/task/schema.ts';
import { loadBodies, toBody } from './blobs.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import type { TaskStoreActivities } from './task-contract.ts';
import { episodeOrdinal } from './task-place.ts';
import { requireStage } from './task-plan.ts';
import { VariantVerdict } from './task-variants.ts';

type Input = Parameters<TaskStoreActivities['selectTasks']>[0];
type Result = Awaited<ReturnType<TaskStoreActivities['selectTasks']>>;

/** Closes near-duplicates and opens episodes of the others. See TaskStoreActivities. */
export async function selectTasks(pool: Pool, { runId }: Input): Promise<Result> {
  const config = await loadRunConfig(pool, runId);
  const { tasks, stopAfter } = requireStage(config, runId);
  return transaction(pool, async (client) => {
    await query(client, 'select id from run where id = $1 for update', [runId]);
    const variants = await query<PassedVariant>(client, passedSql, [runId]);
    const duplicates = nearDuplicates(variants, tasks.nearDuplicate);
    await markDuplicates(client, runId, duplicates);
    const gone = new Set(duplicates.map(({ id }) => id));
    const kept = variants.filter(({ id }) => !gone.has(id));
    const episodes = stopAfter === 'tasks' ? 0 : await openEpisodes(client, { runId, config, kept });
    return { kept: kept.length, duplicates: duplicates.length, episodes };
  });
}

/**
 * Where a decision over all variants differs from what is recorded: variants that are or are not near-duplicates, and
 * episodes that no variant gives. Empty while the run still makes tasks.
 */
export async function chosenTasks(
  on: Queryable,
  runId: string,
): Promise<{ readonly wrong: readonly string[]; readonly unplanned: readonly string[] }> {
  const config = await loadRunConfig(on, runId);
  const { tasks } = requireStage(config, runId);
  const variants = await query<PassedVariant>(on, passedSql, [runId]);
  const found = await query<{ id: string; parent: string }>(
    on,
    "select id, parent_id as parent from item where run_id = $1 and kind = 'episode'",
    [runId],
  );
  const isOver = variants.some(({ status }) => status === 'rejected') || found.length > 0;
  const gone = new Set(nearDuplicates(variants, tasks.nearDuplicate).map(({ id }) => id));
  const wrong = isOver ? variants.filter(({ id, status }) => gone.has(id) !== (status === 'rejected')) : [];
  const ids = new Set<string>();
  for (let start = 0; start < variants.length; start += page) {
    for (const { id } of await planned(on, variants.slice(start, start + page), config)) ids.add(id);
  }
  return { wrong: wrong.map(({ id }) => id), unplanned: found.filter(({ id }) => !ids.has(id)).map(({ id }) => id) };
}

interface PassedVariant {
  readonly id: string;
  readonly ordinal: number;
  readonly body: string;
  readonly verdict: string;
  readonly server: string;
  readonly question: string;
  readonly settled: boolean;
  /** Rejected: as a near-duplicate. */
  readonly status: 'ok' | 'rejected';
  /** Tools of the server. */
  readonly tools: number;
  /** Of its chain; null in free mode. */
  readonly pairs: readonly [number, number][] | null;
}

async function markDuplicates(client: PoolClient, runId: RunId, duplicates: readonly Duplicate[]): Promise<void> {
  const rows = duplicates.map(({ id, of, share }) => ({
    id,
    detail: `shares ${Math.round(share * 100)} % of its word triples with ${of}`,
  }));
  await query(
    client,
    `update item set status = 'ok', reason = '', detail = ''
     where run_id = $1 and kind = 'variant' and reason = 'near_duplicate' and id <> all($2::text[])`,
    [runId, rows.map(({ id }) => id)],
  );
  await query(
    client,
    `update item set status = 'rejected', reason = 'near_duplicate', detail = said.detail
     from json_to_recordset($2::json) as said (id text, detail text)
     where run_id = $1 and kind = 'variant' and item.id = said.id and status = 'ok'`,
    [runId, JSON.stringify(rows)],
  );
}

interface Opening {
  readonly runId: RunId;
  readonly config: RunConfig;
  readonly kept: readonly PassedVariant[];
}

/** Variants that are planned at a time: their verdicts are in memory together. */
const page = 200;

/** Opens what is missing, in plan order and up to the configured number; returns how many the run has. */
async function openEpisodes(client: PoolClient, { runId, config, kept }: Opening): Promise<number> {
  const { episodes } = requireStage(config, runId);
  const known = await query<{ id: string }>(client, "select id from item where run_id = $1 and kind = 'episode'", [
    runId,
  ]);
  const ids = new Set(known.map(({ id }) => id));
  const most = episodes.count ?? Number.POSITIVE_INFINITY;
  for (let start = 0; start < kept.length && ids.size < most; start += page) {
    const items = await planned(client, kept.slice(start, start + page), config);
    const missing = items.filter(({ id }) => !ids.has(id)).slice(0, most - ids.size);
    await insertItems(client, { runId, kind: 'episode', items: missing });
    for (const { id } of missing) ids.add(id);
  }
  return ids.size;
}

async function planned(on: Queryable, variants: readonly PassedVariant[], config: RunConfig): Promise<NewItem[]> {
  const bodies = await loadBodies(
    on,
    variants.flatMap(({ body, verdict }) => [body, verdict]),
  );
  return variants.flatMap((variant) => episodesOf(variant, { config, bodies }));
}

/** A kind that needs a script and has none gives no episode: its variant's verdict says why. */
function episodesOf(
  passed: PassedVariant,
  { config, bodies }: { config: RunConfig; bodies: Awaited<ReturnType<typeof loadBodies>> },
): NewItem[] {
  const { seed } = config;
  const { episodes } = requireStage(config, 'a run');
  const { id, tools } = passed;
  const verdict = VariantVerdict.parse(bodies.get(passed.verdict));
  const variant = {
    id,
    variant: TaskVariant.parse(bodies.get(passed.body)),
    order: passed.pairs ?? [],
    uniqueness: verdict.scores.tool_selection_uniqueness.score,
  };
  return Array.from({ length: episodes.perTask }, (_, n) => n).flatMap((n): NewItem[] => {
    const kind = drawKind({ seed, variant: id, n, tools }, episodes.kinds);
    const script = verdict.scripts.find((one) => one.n === n && one.kind === kind)?.reply ?? null;
    if (kind === null || (isScripted(kind) && script === null)) return [];
    return [toItem(passed, n, planEpisode(variant, { seed, n, kind }, script))];
  });
}

function toItem({ id, ordinal }: PassedVariant, n: number, plan: EpisodePlan): NewItem {
  return {
    id: episodeId(plan, n),
    parentId: id,
    ordinal: episodeOrdinal(ordinal, n),
    body: toBody(plan as JsonObject), // made of texts and numbers
  };
}

// A near-duplicate passed its gate: it is decided over again with the others.
const passedSql = `
  with server as (
    select distinct i.body as hash, json_array_length(b.body::json -> 'tools') as tools
    from item i join blob b on b.hash = i.body where i.run_id = $1 and i.kind = 'graph'
  )
  select v.id, v.ordinal, v.body, v.verdict, v.status, b.body::json ->> 'server' as server,
    b.body::json ->> 'question' as question, server.tools, cb.body::json -> 'order' as pairs,
    exists (select from item e where e.run_id = $1 and e.kind = 'episode' and e.parent_id = v.id) as settled
  from item v join blob b on b.hash = v.body
    join server on server.hash = b.body::json ->> 'server'
    join item t on t.run_id = $1 and t.kind = 'task' and t.id = v.parent_id
    left join item c on c.run_id = $1 and c.kind = 'chain' and c.id = t.parent_id
    left join blob cb on cb.hash = c.body
  where v.run_id = $1 and v.kind = 'variant' and (v.status = 'ok' or v.reason = 'near_duplicate')
    and v.verdict is not null
  order by v.ordinal`;
