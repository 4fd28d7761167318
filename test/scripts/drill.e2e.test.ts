import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { victimsOf } from '../../scripts/drill/moments.ts';
import { runDrill } from '../../scripts/drill/run-drill.ts';

const config = `
seed: 5
environments:
  sources:
    - { mode: domain, domain: Lock keeping on canals, hops: { min: 2, max: 2 }, repeats: 2 }
  selection: { percentile: 0 }
`;

describe('a run whose parts are killed', function () {
  this.timeout(400_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'drill-config-'));
    writeFileSync(join(folder, 'tiny.yaml'), config);
  });

  after(() => rmSync(folder, { recursive: true }));

  it('ends with the same files, loses no item and pays for no recorded answer twice', async () => {
    const options = { moments: 4, seed: 1, config: join(folder, 'tiny.yaml'), keep: false, patienceMs: 4_000 };

    const { promises, kills, requests, files } = await runDrill({
      ...options,
      trainerHome: folder,
      note: () => undefined,
      interrupted: new AbortController().signal,
    });

    assert.deepEqual(
      promises.filter(({ kept }) => !kept),
      [],
    );
    assert.deepEqual(kills.map(({ part }) => part).toSorted(), victimsOf({ calls: 1, trains: false }).toSorted());
    assert.ok(files.some(({ name }) => name === 'astra-rl.jsonl'));
    assert.ok(requests.disturbed.requests >= requests.undisturbed.requests);
  });
});
