/** A full disk below the home, for a minute. Slow, and only where a file system of the test's own can be mounted. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const slow = process.env['ASTRA_SLOW'] === '1';
const title = slow ? '' : ' (left out: set ASTRA_SLOW=1; it waits for minutes and mounts a file system)';

describe(`a full disk${title}`, function () {
  this.timeout(400_000);
  let stack: EmbeddedStack;
  let mounted = false;

  before(async function () {
    if (!slow) return this.skip();
    stack = embeddedStack('disk-full');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=260m,mode=755', 'tmpfs', stack.home], { stdio: 'pipe' });
      mounted = true;
    } catch {
      return this.skip(); // only root may
    }
    await stack.up();
  });
  after(async () => {
    // The home is a mount point: what is in it goes with it.
    await stack?.stop();
    // Lazily: a process that is just ending may still stand in it.
    if (mounted) execFileSync('umount', ['--lazy', stack.home]);
    await stack?.remove();
  });

  it('makes the run wait; with room again it goes on by itself and loses nothing', async () => {
    const config = {
      environments: {
        sources: [{ mode: 'domain', domain: 'Glass blowing', hops: { min: 2, max: 3 }, repeats: 8 }],
        selection: { percentile: 0 },
      },
    };
    await stack.teach({ latencyMs: 300 });
    await stack.json('run', stack.config('full.yaml', config), '--run', 'full', '--detach');
    await eventually('calls are on record', async () => (await calls()) >= 5);

    const { bavail, bsize } = statfsSync(stack.home);
    const filler = join(stack.home, 'filler');
    assert.throws(() => writeFileSync(filler, Buffer.alloc(bavail * bsize + 1)), { code: 'ENOSPC' });
    await sleep(60_000);
    rmSync(filler);
    const report = await stack.json('status', 'full', '--watch');

    assert.equal(report['status'], 'completed', JSON.stringify(report));
    const { instance = {} } = report['counts'] as Record<string, Record<string, number>>;
    assert.deepEqual(
      Object.keys(instance).filter((outcome) => outcome.startsWith('failed')),
      [],
    );
    assert.deepEqual((await stack.json('audit', 'full'))['findings'], []);
  });

  const calls = async (): Promise<number> => {
    const { spend } = await stack.json('status', 'full');
    return (spend as { calls: number }).calls;
  };
});
