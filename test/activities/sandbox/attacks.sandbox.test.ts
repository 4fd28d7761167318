import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EnvRef, OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import type { Attack, Targets } from './attack-list.ts';
import { armed, attackGroups } from './attack-list.ts';
import { onEach, processPerCall, whole, zygotes } from './backends.ts';

const secret = 'the secret of this host';

/** After every attack, the next call on the same interpreter must give the right answer and leave the host as it was. */
describe('attacks on the sandbox', () => {
  const connections: string[] = [];
  const server = createServer((socket) => {
    connections.push('connection');
    socket.destroy();
  });
  let targets: Targets;

  before(async () => {
    const tempFolder = await mkdtemp(path.join(tmpdir(), 'attacks-'));
    const secretFile = path.join(tempFolder, 'secret.txt');
    await writeFile(secretFile, secret, { mode: 0o644 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A server that listens on a port has an AddressInfo, a string only for a pipe.
    const { port } = server.address() as AddressInfo;
    targets = { port, secretFile, tempFolder, python: '/usr/bin/python3' };
    process.env['SECRET_TOKEN'] = secret;
  });
  after(async () => {
    delete process.env['SECRET_TOKEN'];
    server.close();
    await rm(targets.tempFolder, { recursive: true });
  });

  onEach(whole ? [...zygotes, processPerCall] : zygotes, (sandbox) => {
    let next: EnvRef;
    before(async () => {
      next = await sandbox().load('import math, json\ndef f(s): return [math.sqrt(4), len(json.dumps(s))]');
    });

    const nextCallIsRight = async () => {
      const result = await sandbox().call(next, 'f', { s: `CANARY-${'x'.repeat(40)}` });
      assert.deepEqual(result.value, [2, 49], `the next call was wrong: ${JSON.stringify(result)}`);
    };

    for (const { group, attacks } of attackGroups) {
      describe(group, () => {
        for (const attack of attacks) {
          it(attack.name, async function () {
            if (attack.machine !== undefined && attack.machine !== process.arch) this.skip();
            await nextCallIsRight();
            await run(sandbox(), attack, targets);
            await nextCallIsRight();
            assert.deepEqual(connections, [], 'the network was reached');
            assert.deepEqual(await readdir(targets.tempFolder), ['secret.txt'], 'a file was written');
            assert.equal(await readFile(targets.secretFile, 'utf8'), secret, 'a file was changed');
          });
        }
      });
    }
  });
});

async function run(sandbox: OwnedSandbox, attack: Attack, targets: Targets): Promise<void> {
  const { cpuMs = 150, memMb = 512 } = attack.options ?? {};
  const env = await sandbox.load(armed(attack, targets));
  const expected = [attack.status ?? 'ok'].flat();
  // Only what is meant to hang waits for the wall: a busy machine must not turn another attack into a timeout.
  const wallMs = expected.includes('timeout') ? 300 + cpuMs * 2 : 20_000;
  const result = await sandbox.call(env, 'f', {}, { cpuMs, memMb, wallMs });
  const shown = JSON.stringify(result).slice(0, 500);
  assert.ok(expected.includes(result.status), shown);
  if (attack.value !== undefined) assert.deepEqual(result.value, attack.value, shown);
  assert.ok(!JSON.stringify(result).includes(secret), 'the secret got out');
}
