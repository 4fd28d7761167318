/**
 * Planning tool servers (method §2): every file is read once; each server becomes an item in file order, and what cannot
 * be used stays with the rule that refused it. A plan is there as a whole or not.
 */
import type { Pool, PoolClient } from 'pg';
import { contentId, type RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ToolSource } from '../../domain/run/trajectories/schema.ts';
import type { ReadRow } from '../../domain/tool-pool/read-servers.ts';
import { absentNames, serversOf } from '../../domain/tool-pool/source.ts';
import { ConfigError } from '../failures.ts';
import { toBody } from './blobs.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { loadPersonas } from './personas.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { type BadLine, readSourceFile } from './source-file.ts';
import { readTaskImports } from './task-imports.ts';
import { importRecordings } from './tool-recordings.ts';

interface ToolPlan {
  readonly servers: number;
  readonly rejected: number;
}

/** Reads the run's files of tools and writes their servers; a planned run is left as it is. See ChainStoreActivities. */
export async function planTools(pool: Pool, { runId }: { runId: RunId }): Promise<ToolPlan> {
  const planned = await plannedTools(pool, runId);
  if (planned !== undefined) return planned;
  const { trajectories } = await loadRunConfig(pool, runId);
  // Whatever a later step would stumble over is said before the first server is asked.
  if (trajectories !== undefined && trajectories.stopAfter !== 'chains') {
    await Promise.all([loadPersonas(trajectories), readTaskImports(trajectories)]);
  }
  const recordings = trajectories?.episodes.recordingsFile;
  if (recordings !== undefined) await importRecordings(pool, recordings);
  const items: NewItem[] = [];
  const seen = new Set<string>();
  for (const [index, source] of (trajectories?.servers ?? []).entries()) {
    const { servers, bad } = await readTools(index, source);
    addServers(items, { index, servers, bad, seen });
  }
  return transaction(pool, (client) => writePlan(client, runId, items));
}

async function plannedTools(on: Queryable, runId: RunId): Promise<ToolPlan | undefined> {
  const [run] = await query<{ servers: number | null; rejected: number | null }>(
    on,
    'select planned_servers as servers, refused_servers as rejected from run where id = $1',
    [runId],
  );
  return run?.servers == null || run.rejected === null ? undefined : { servers: run.servers, rejected: run.rejected };
}

async function writePlan(client: PoolClient, runId: RunId, items: readonly NewItem[]): Promise<ToolPlan> {
  // Two attempts of the activity may meet here: the second waits, then finds the plan of the first.
  await query(client, 'select id from run where id = $1 for update', [runId]);
  const planned = await plannedTools(client, runId);
  if (planned !== undefined) return planned;
  await insertItems(client, { runId, kind: 'server', items });
  const rejected = items.filter((item) => item.outcome !== undefined).length;
  const servers = items.length - rejected;
  await query(client, 'update run set planned_servers = $2, refused_servers = $3, updated_at = now() where id = $1', [
    runId,
    servers,
    rejected,
  ]);
  return { servers, rejected };
}

interface ReadTools {
  readonly servers: readonly ReadRow[];
  readonly bad: readonly BadLine[];
}

/** The servers of one file; unreadable rows refuse it unless its source skips them, and an empty one is never meant. */
async function readTools(index: number, source: ToolSource): Promise<ReadTools> {
  const where = `trajectories.servers[${index}] (${source.file})`;
  const { rows, bad } = await readSourceFile(source.file).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('Invalid', `${where} cannot be read: ${why}`, { cause });
  });
  const servers = serversOf(source, rows);
  const absent = absentNames(source, rows).map((name) => `include: the file has no server "${name}"`);
  const empty = servers.length === 0 && absent.length === 0 ? ['the file holds no server'] : [];
  const wrong = source.skipInvalid
    ? [...absent, ...empty]
    : [
        ...absent,
        ...empty,
        ...bad.map(({ line, detail }) => `line ${line}: ${detail}`),
        ...servers.flatMap(rowProblem),
      ];
  if (wrong.length === 0) return { servers, bad };
  const more = wrong.length > 10 ? [`and ${wrong.length - 10} more`] : [];
  const hint = source.skipInvalid
    ? ''
    : '\nCorrect them, or set "skipInvalid: true" to leave bad rows out and count them.';
  throw new ConfigError('Invalid', `${where} cannot be used:\n${[...wrong.slice(0, 10), ...more].join('\n')}${hint}`);
}

/** Held-out servers are refused one by one, whatever else the file holds: that is no fault of the file. */
function rowProblem({ row, reading }: ReadRow): string[] {
  return reading.ok || reading.rule === 'evaluation_only' ? [] : [`row ${row}: ${reading.detail}`];
}

function addServers(
  items: NewItem[],
  { index, servers, bad, seen }: ReadTools & { readonly index: number; readonly seen: Set<string> },
): void {
  const refuse = (rule: string, place: JsonObject, detail: string): void => {
    const body = { source: index, ...place, rule, detail };
    const outcome = { status: 'rejected', rule, detail } as const;
    items.push({
      id: contentId('row', { ...body, at: items.length }),
      ordinal: items.length,
      body: toBody(body),
      outcome,
    });
  };
  for (const { row, reading } of servers) {
    if (!reading.ok) {
      refuse(reading.rule, { row }, reading.detail);
      continue;
    }
    // A source was parsed by its schema, which knows JSON only.
    const body = reading.server as JsonObject;
    const id = contentId('server', body);
    if (seen.has(id)) refuse('duplicate', { row }, `is the same server, word for word, as an earlier row (${id})`);
    else items.push({ id, ordinal: items.length, body: toBody(body), imported: reading.server.tools !== null });
    seen.add(id);
  }
  for (const { line, detail } of bad) refuse('line_invalid', { line }, detail);
}
