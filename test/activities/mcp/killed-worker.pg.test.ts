import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { createPool, query } from '../../../src/activities/store/pool.ts';
import { createToolRecords } from '../../../src/activities/store/tool-records.ts';
import { seededRng } from '../../../src/domain/random.ts';
import { freshDatabase } from '../../support/postgres.ts';

const programs = resolve(import.meta.dirname, '../../infra/programs');
const kills = Number(process.env['ASTRA_KILLS'] ?? 5);
const items = 4 * kills;

describe('an episode of tool calls whose worker is killed', function () {
  this.timeout(300_000);
  let pool: Pool;
  let url: string;
  let server: string;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'astra-test-'));
    url = await freshDatabase();
    pool = createPool({ connectionString: url });
    await query(pool, "insert into run (id, config, config_hash) values ('run-a', '{}', 'x')");
    const reach = {
      kind: 'stdio',
      command: process.execPath,
      args: [join(programs, 'tool-server.ts')],
      env: {},
      state: { folders: [], files: {}, repositories: [] },
    };
    const about = {
      title: '',
      description: '',
      domain: 'tests',
      licence: null,
      origin: 'mcp',
      dropped: [],
      chains: [],
    };
    server = await saveValue(pool, { name: 'items', reach, tools: [], ...about });
  });
  after(async () => {
    await pool.end();
    rmSync(folder, { recursive: true });
  });

  function work(): { readonly worker: ChildProcess; readonly lines: AsyncIterableIterator<string> } {
    const args = [join(programs, 'tool-worker.ts'), url, server, String(items)];
    const env = { ...process.env, TMPDIR: folder };
    const worker = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    assert.ok(worker.stdout !== null);
    return { worker, lines: createInterface({ input: worker.stdout })[Symbol.asyncIterator]() };
  }

  async function recorded(): Promise<number> {
    const [row] = await query<{ n: number }>(pool, 'select count(*) as n from tool_record');
    return row?.n ?? 0;
  }

  /** Kills a worker a moment after it came to a call that is not on record; false when it was quicker. */
  async function killOne({ calls, afterMs }: { calls: number; afterMs: number }): Promise<boolean> {
    const next = (await recorded()) + calls;
    const { worker, lines } = work();
    const ended = once(worker, 'exit');
    for await (const line of lines) if (line === `call ${next}`) break;
    await Promise.race([ended, sleep(afterMs)]);
    worker.kill('SIGKILL');
    const [, signal] = await ended;
    return signal === 'SIGKILL';
  }

  it('ends with every effect done once, wherever it was killed, and with nothing left behind', async () => {
    const rng = seededRng('kills');
    const hits: number[] = [];
    // The start of a server and the calls made again fall into the time before a first new call, its record after it.
    while (hits.length < kills && (await killOne({ calls: Math.floor(rng() * 4), afterMs: rng() * 60 })))
      hits.push(await recorded());
    const { worker, lines } = work();
    const ended = once(worker, 'exit');
    let state = '';
    for await (const line of lines) state = line;
    const [code] = await ended;
    const chain = await createToolRecords(pool).chainTo(state);
    const listed = JSON.parse(chain.at(-1)?.observation.text ?? '{}');

    assert.equal(code, 0);
    if (process.env['SHOW']) process.stderr.write(`hits ${hits.join(' ')}\n`);
    assert.ok(
      hits.some((count) => count > 0),
      `killed with these on record: ${hits.join(' ')}`,
    );
    assert.deepEqual(
      listed.items.map(({ text }: { text: string }) => text),
      Array.from({ length: items }, (_, n) => `item ${n}`),
    );
    const told = chain.slice(0, -1).map(({ observation }) => JSON.parse(observation.text).id);
    assert.deepEqual(
      listed.items.map(({ id }: { id: string }) => id),
      told,
    );
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('astra-mcp-')),
      [],
    );
  });
});
