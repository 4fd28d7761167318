import assert from 'node:assert/strict';
import type { Episode, OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { armed, attackGroups } from './attack-list.ts';
import { onEach, whole, zygotes } from './backends.ts';

const bystander = 'STATE = {"n": 0}\ndef f():\n  STATE["n"] += 1\n  return STATE["n"]';
const targets = { port: 9, secretFile: '/etc/hostname', tempFolder: '/tmp', python: '/usr/bin/python3' };
/** Those that a process which stays could suffer from more than one that ends. */
const groups = attackGroups.filter(({ group }) => whole || ['output', 'processes'].includes(group));

describe('attacks from inside an episode', () => {
  onEach(whole ? zygotes : zygotes.slice(-1), (sandbox) => {
    let other: Episode;
    let count = 0;
    before(async () => {
      other = await sandbox().open(await sandbox().load(bystander));
    });
    after(() => other.close());

    for (const { group, attacks } of groups) {
      for (const attack of attacks) {
        it(`${group}: ${attack.name}`, async function () {
          if (attack.machine !== undefined && attack.machine !== process.arch) this.skip();
          const status = await attacked(sandbox(), armed(attack, targets), attack.options);
          assert.notEqual(status, 'infra');
          count += 1;
          const next = await other.call('f', {});
          assert.equal(next.value, count, JSON.stringify(next));
        });
      }
    }
  });
});

async function attacked(sandbox: OwnedSandbox, source: string, options: { cpuMs?: number; memMb?: number } = {}) {
  const episode = await sandbox.open(await sandbox.load(source), { cpuMs: 100, wallMs: 400, ...options });
  try {
    const first = await episode.call('f', {});
    // What the first call left behind must not confuse the second either.
    const second = await episode.call('f', {});
    return second.status === 'infra' ? second.status : first.status;
  } finally {
    episode.close();
  }
}
