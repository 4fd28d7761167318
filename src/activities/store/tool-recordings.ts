/**
 * Recordings between stores: what served a run as lines of a file, and such a file taken in. What a store has already
 * stays as it is; a line whose states do not follow from its call refuses the file.
 */
import type { Pool } from 'pg';
import type { Json, JsonObject } from '../../domain/json.ts';
import { Recording } from '../../domain/tool-call/recording/schema.ts';
import { nextState } from '../../domain/tool-call/state-key.ts';
import { ConfigError } from '../failures.ts';
import { saveBodies, toBody } from './blobs.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { eachSourceRow } from './source-file.ts';

const pageSize = 200;

/** Each listing and each call that served the run, in the order of their hashes: a set has no other. */
export async function* eachRecording(on: Queryable, runId: string): AsyncGenerator<JsonObject, void> {
  yield* eachPage(on, runId, listingPage);
  yield* eachPage(on, runId, callPage);
}

interface PageRow {
  readonly key: string;
  readonly value: Recording;
}

type ReadPage = (on: Queryable, runId: string, after: string) => Promise<readonly PageRow[]>;

async function* eachPage(on: Queryable, runId: string, read: ReadPage): AsyncGenerator<JsonObject, void> {
  for (let after = ''; ; ) {
    const page = await read(on, runId, after);
    // A recording is JSON by its schema.
    for (const { value } of page) yield value as JsonObject;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.key;
  }
}

async function listingPage(on: Queryable, runId: string, after: string): Promise<PageRow[]> {
  const rows = await query<{ source: string; body: string }>(
    on,
    `select l.source, b.body from tool_listing_use u join tool_listing l on l.source = u.source
     join blob b on b.hash = l.listing where u.run_id = $1 and l.source > $2 order by l.source limit $3`,
    [runId, after, pageSize],
  );
  return rows.map(({ source, body }) => ({
    key: source,
    value: Recording.parse({ kind: 'listing', source, listing: JSON.parse(body) }),
  }));
}

async function callPage(on: Queryable, runId: string, after: string): Promise<PageRow[]> {
  const rows = await query<{ server: string; previous: string; state: string; request: string; observation: string }>(
    on,
    `select r.server, r.previous_state as previous, r.next_state as state, q.body as request, o.body as observation
     from tool_use u join tool_record r on r.next_state = u.state
     join blob q on q.hash = r.request join blob o on o.hash = r.observation
     where u.run_id = $1 and r.next_state > $2 order by r.next_state limit $3`,
    [runId, after, pageSize],
  );
  return rows.map(({ request, observation, ...place }) => ({
    key: place.state,
    value: Recording.parse({
      kind: 'call',
      ...place,
      request: JSON.parse(request),
      observation: JSON.parse(observation),
    }),
  }));
}

/** Takes a file of recordings in; returns its number of lines. Fails with Config.Invalid naming the first bad line. */
export async function importRecordings(pool: Pool, file: string): Promise<number> {
  let lines = 0;
  for await (const { line, value } of readRows(file)) {
    await takeIn(pool, readRecording(value, `${file}, line ${line}`));
    lines += 1;
  }
  return lines;
}

async function* readRows(file: string): AsyncGenerator<{ readonly line: number; readonly value: Json }, void> {
  try {
    yield* eachSourceRow(file);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('Invalid', `trajectories.episodes.recordingsFile (${file}) cannot be read: ${why}`, {
      cause,
    });
  }
}

function readRecording(value: Json, where: string): Recording {
  const read = Recording.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new ConfigError('Invalid', `${where} is no recording: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { data } = read;
  if (data.kind === 'call' && nextState(data.previous, toBody(data.request as JsonObject).hash) !== data.state) {
    throw new ConfigError('Invalid', `${where}: the state does not follow from the one before and the request`);
  }
  return data;
}

async function takeIn(pool: Pool, recording: Recording): Promise<void> {
  await transaction(pool, async (client) => {
    if (recording.kind === 'listing') {
      const listing = toBody(recording.listing as JsonObject); // JSON by its schema
      await saveBodies(client, [listing]);
      await query(client, 'insert into tool_listing (source, listing) values ($1, $2) on conflict do nothing', [
        recording.source,
        listing.hash,
      ]);
      return;
    }
    const request = toBody(recording.request as JsonObject);
    const observation = toBody(recording.observation as JsonObject);
    await saveBodies(client, [request, observation]);
    await query(
      client,
      `insert into tool_record (next_state, previous_state, server, request, observation)
       values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [recording.state, recording.previous, recording.server, request.hash, observation.hash],
    );
  });
}
