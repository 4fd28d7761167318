import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { createEmulationStoreActivities } from '../../../src/activities/store/activities.ts';
import { loadBodies, saveValue } from '../../../src/activities/store/blobs.ts';
import { EmulationState } from '../../../src/domain/emulation/schema.ts';
import { replayProblems } from '../../../src/domain/emulation/world.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { shop } from '../../domain/emulation/emulation-play.ts';
import { openStore, run } from './store-fixture.ts';

const plan = {
  server: 's',
  variant: 'v',
  kind: 'single',
  question: 'Create an order.',
  targetTools: ['create_order'],
  language: 'en',
  withheldTools: [],
  user: null,
  expects: 'calls',
};
const made = {
  result: { id: 'o-1', status: 'open', total: 12 },
  is_error: false,
  state_patch: [{ op: 'set', type: 'order', id: 'o-1', fields: { status: 'open', total: 12 } }],
};

describe('worlds of emulated servers in the store', () => {
  let pool: Pool;
  let server: BlobHash;
  const bodyOf = async (hash: BlobHash): Promise<Json | undefined> => (await loadBodies(pool, [hash])).get(hash);

  before(async () => {
    pool = await openStore({
      seed: 3,
      trajectories: { servers: [{ file: 'tools.json' }], episodes: { showQuestion: 1 } },
    });
    server = await saveValue(pool, shop as unknown as Json); // parsed from JSON
  });
  after(() => pool.end());

  const emulation = () => createEmulationStoreActivities(pool);
  const open = async () =>
    emulation().openEmulation({ runId: run, episode: 'episode-1', plan: await saveValue(pool, plan), server });

  it('are opened the same each time, with the question where the coin says so, and name tools that declare results', async () => {
    const [first, second] = [await open(), await open()];
    assert.deepEqual(first, second);
    assert.deepEqual(first.declared, ['get_order', 'create_order', 'update_order']);
    assert.equal(EmulationState.parse(await bodyOf(first.state)).question, 'Create an order.');
  });

  it('go on by a reply that keeps the rules, and by no other', async () => {
    const { state } = await open();
    const request = await saveValue(pool, { name: 'create_order', arguments: { total: 12 } });
    const input = { runId: run, episode: 'episode-1', server, state, request, output: null };
    const reply = await saveValue(pool, made);
    const applied = await emulation().applyEmulation({ ...input, reply });
    assert.deepEqual(await emulation().applyEmulation({ ...input, reply }), applied);
    assert.deepEqual(await bodyOf(applied.observation), {
      status: 'ok',
      text: '{"id":"o-1","status":"open","total":12}',
      recognisedBy: null,
      structured: made.result,
      notes: [],
    });
    const next = EmulationState.parse(await bodyOf(applied.state));
    assert.deepEqual([next.entities['order']?.['o-1'], replayProblems(next)], [{ status: 'open', total: 12 }, []]);

    const bad = await saveValue(pool, { ...made, is_error: true });
    await assert.rejects(
      emulation().applyEmulation({ ...input, reply: bad }),
      (error: { type?: string; message: string }) =>
        error.type === 'Domain.Invalid' && /error_changes_state/.test(error.message),
    );
  });
});
