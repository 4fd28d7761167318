/** A worker that plays one episode of tool calls from the record on: `tool-worker.ts DATABASE_URL SERVER CALLS`. */
import { createMcpActivities } from '../../../src/activities/mcp/activities.ts';
import { sweepScratch } from '../../../src/activities/mcp/scratch-owner.ts';
import { createProofStore, createToolRecords } from '../../../src/activities/store/activities.ts';
import { saveValue } from '../../../src/activities/store/blobs.ts';
import { createPool } from '../../../src/activities/store/pool.ts';
import type { BlobHash, RunId } from '../../../src/domain/ids.ts';
import { firstState } from '../../../src/domain/tool-call/state-key.ts';

const [connectionString = '', server = '', count = '0'] = process.argv.slice(2);
await sweepScratch(process.env['TMPDIR'] ?? '');
const pool = createPool({ connectionString });
const { activities, close } = createMcpActivities(createProofStore(pool), createToolRecords(pool), {
  read: (name) => process.env[name],
  variables: Object.keys(process.env),
  limits: { connectMs: 30_000, requestMs: 30_000, largestMessage: 1_000_000 },
  shelf: { most: 2, idleMs: 60_000, restMs: 0 },
  startsAtOnce: 1,
});
let state = firstState(server, '');
const requests = [
  ...Array.from({ length: Number(count) }, (_, n) => ({ name: 'add_item', arguments: { text: `item ${n}` } })),
  { name: 'list_items', arguments: {} },
];
for (const [n, request] of requests.entries()) {
  process.stdout.write(`call ${n}\n`);
  const answer = await activities.callTool({
    runId: 'run-a' as RunId,
    episode: 'episode-1',
    server: server as BlobHash,
    state,
    request: await saveValue(pool, request),
    call: `call_${n}`,
    recordings: 'reuse',
  });
  state = answer.state;
}
process.stdout.write(`${state}\n`);
await close();
await pool.end();
