import assert from 'node:assert/strict';
import type { HostState } from '../../../bench/sandbox/soak.ts';
import { soak } from '../../../bench/sandbox/soak.ts';
import { processTree } from '../../../bench/support/process-tree.ts';
import { hostileSources } from './attack-list.ts';
import { onEach, zygotes } from './backends.ts';
import { grown } from './soak-verdict.ts';

describe('a long run', () => {
  let others: ReadonlySet<number> = new Set();
  // Temporal and Postgres of other tests; the sandbox starts after this.
  before(() => {
    others = new Set(processTree(process.pid).filter((pid) => pid !== process.pid));
  });

  onEach(zygotes.slice(-1), (sandbox) => {
    it('answers right between hostile calls and leaves no process, descriptor or file', async () => {
      const { states, statuses } = await soak(sandbox(), {
        calls: 1_000,
        hostile: hostileSources(),
        hostileShare: 0.05,
        others,
      });
      // Other programs write temporary files too, and may do so in these seconds.
      assert.deepEqual(grown(states.map((state) => ({ ...state, temporaryFiles: 0 }))), []);
      assert.equal(statuses['infra'] ?? 0, 0);
      assert.ok((statuses['ok'] ?? 0) > 900, JSON.stringify(statuses));
    });
  });

  const state: HostState = { calls: 1, processes: 4, descriptors: 40, temporaryFiles: 7, sandboxMb: 50, nodeMb: 90 };
  const run = (last: Partial<HostState>) => [state, state, { ...state, ...last }];

  it('is judged by what grew', () => {
    assert.deepEqual(grown(run({ sandboxMb: 60, nodeMb: 100, processes: 3 })), []);
    assert.deepEqual(grown(run({ processes: 5 })), ['processes grew from 4 to 5']);
    assert.deepEqual(grown(run({ descriptors: 41 })), ['descriptors grew from 40 to 41']);
    assert.deepEqual(grown(run({ temporaryFiles: 8 })), ['temporaryFiles grew from 7 to 8']);
    assert.deepEqual(grown(run({ sandboxMb: 80 })), ['sandboxMb grew from 50 to 80']);
    assert.deepEqual(grown(run({ nodeMb: 130 })), ['nodeMb grew from 90 to 130']);
  });
});
