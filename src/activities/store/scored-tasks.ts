/** Tasks that were kept, in plan order, with what a row of the original's files says of them. */
import type { ScoredTask } from '../../domain/export/episodes/astra-rows.ts';
import { StoredGraph } from '../../domain/graph/schema.ts';
import { TaskOrder, TaskVariant } from '../../domain/task/schema.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { DomainError } from '../failures.ts';
import { type Queryable, query } from './pool.ts';
import { parseStored } from './stored-body.ts';
import { VariantVerdict } from './task-variants.ts';

const pageSize = 100;

/** Variants that passed, each under its id. */
export async function* eachScoredTask(
  on: Queryable,
  runId: string,
): AsyncGenerator<{ readonly id: string; readonly task: ScoredTask }, void> {
  const servers: ServerCache = new Map();
  let after = -1;
  for (;;) {
    const sql = `${taskSql} and v.status = 'ok' and v.ordinal > $2 order by v.ordinal limit ${pageSize}`;
    const page = await query<TaskRow>(on, sql, [runId, after]);
    for (const row of page) yield { id: row.id, task: await toTask(on, row, servers) };
    if (page.length < pageSize) return;
    after = page.at(-1)?.ordinal ?? after;
  }
}

/** Tasks by the id of their variant; each server is read once. */
export function createTaskReader(on: Queryable, runId: string): (variant: string) => Promise<ScoredTask> {
  const servers: ServerCache = new Map();
  return async (variant) => {
    const [row] = await query<TaskRow>(on, `${taskSql} and v.id = $2`, [runId, variant]);
    if (row === undefined) throw new DomainError(`The variant ${variant} of an episode is not in run "${runId}"`);
    return toTask(on, row, servers);
  };
}

type ServerCache = Map<string, Promise<Pick<ScoredTask, 'server' | 'graph'>>>;

interface TaskRow {
  readonly id: string;
  readonly run_id: string;
  readonly ordinal: number;
  readonly variant: string;
  readonly verdict: string | null;
  readonly task: string;
  readonly original: string;
}

async function toTask(on: Queryable, row: TaskRow, servers: ServerCache): Promise<ScoredTask> {
  const variant = parseStored(TaskVariant, row.variant, row.id);
  const { mode, toolCount, chain } = parseStored(TaskOrder, row.task, variant.task);
  const known = servers.get(variant.server) ?? loadServer(on, row.run_id, variant.server);
  servers.set(variant.server, known);
  return {
    variant,
    original: parseStored(TaskVariant, row.original, row.id).question,
    toolCount: mode === 'free' ? toolCount : null,
    chain: chain?.tools ?? null,
    scores: row.verdict === null ? null : parseStored(VariantVerdict, row.verdict, row.id).scores,
    ...(await known),
  };
}

async function loadServer(on: Queryable, runId: string, hash: string): Promise<Pick<ScoredTask, 'server' | 'graph'>> {
  const [row] = await query<{ server: string; graph: string | null }>(on, serverSql, [runId, hash]);
  if (row === undefined) throw new DomainError(`The server ${hash} of a task is not in the pool of run "${runId}"`);
  return {
    server: parseStored(PoolServer, row.server, hash),
    graph: row.graph === null ? null : parseStored(StoredGraph, row.graph, hash),
  };
}

// The first variant of a task is its original.
const taskSql = `
  select v.id, v.run_id, v.ordinal, b.body as variant, w.body as verdict, o.body as task,
    (select ob.body from item f join blob ob on ob.hash = f.body
     where f.run_id = v.run_id and f.kind = 'variant' and f.parent_id = v.parent_id order by f.ordinal limit 1) as original
  from item v join blob b on b.hash = v.body left join blob w on w.hash = v.verdict
    join item t on t.run_id = v.run_id and t.kind = 'task' and t.id = v.parent_id join blob o on o.hash = t.body
  where v.run_id = $1 and v.kind = 'variant'`;

const serverSql = `
  select s.body as server, g.body as graph
  from item i join blob s on s.hash = i.body left join blob g on g.hash = i.result_body
  where i.run_id = $1 and i.kind = 'graph' and i.body = $2 order by i.ordinal limit 1`;
