import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { prepareSft } from '../../../src/activities/trainer/prepare-sft.ts';
import type { TrainingDesk } from '../../../src/activities/trainer/training-desk.ts';
import { runId, sometimes, trainingWorld } from './training-world.ts';

const sft = { perEnvironment: 6, irrelevant: 2, cleanShare: 0.5 };

async function planned(own: object = {}) {
  const { activities, desk, folder } = trainingWorld(sometimes, { sft: { ...sft, ...own } });
  const { plan, training } = await activities.planTraining({ runId });
  return { desk, folder, plan, training };
}

/** The same desk, which notes the bodies that are asked for. */
function watching(desk: TrainingDesk): { desk: TrainingDesk; asked: string[] } {
  const asked: string[] = [];
  const loadBody: TrainingDesk['store']['loadBody'] = (hash) => {
    asked.push(hash);
    return desk.store.loadBody(hash);
  };
  return { desk: { ...desk, store: { ...desk.store, loadBody } }, asked };
}

describe('the rows of SFT', () => {
  it('have the same bytes each time, with conversations without faults first', async () => {
    const { desk, folder, plan, training } = await planned();
    const { dataset, rows } = await prepareSft(desk, { runId, plan });
    const again = await prepareSft(desk, { runId, plan });

    assert.ok(training > 0);
    assert.equal(rows, training * sft.perEnvironment);
    assert.deepEqual(again, { dataset, rows });
    const read = readFileSync(`${folder}/sft-${dataset}.jsonl`, 'utf8').trim().split('\n');
    const phases = read.map((text) => (JSON.parse(text) as { phase: number }).phase);
    assert.deepEqual(phases, [...Array(rows / 2).fill(0), ...Array(rows / 2).fill(1)]);
  });

  it('read each environment once, however many rows are made of it', async () => {
    const { desk, plan } = await planned();
    const watched = watching(desk);
    await prepareSft(watched.desk, { runId, plan });

    assert.ok(watched.asked.length > 2);
    assert.equal(new Set(watched.asked).size, watched.asked.length);
  });

  it('are refused where there are none, and no file is left', async () => {
    const { desk, folder, plan } = await planned({ data: 'trajectories' });

    await assert.rejects(prepareSft(desk, { runId, plan }), {
      name: 'ConfigError',
      message: 'run "learn" has no row for SFT: sft.data is "trajectories", and there is none',
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it('leave heartbeats their turn, and are given up when they are cancelled', async () => {
    const { desk, folder, plan } = await planned({ perEnvironment: 10_000 });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('cancelled')), 1);

    await assert.rejects(prepareSft(desk, { runId, plan }, stop.signal), /cancelled/);
    assert.deepEqual(readdirSync(folder), []);
  });
});
