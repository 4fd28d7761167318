import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isRunning, stopProcess } from '../../infra/part-process.ts';
import { freePort, isListening } from '../../infra/ports.ts';
import { type StackOptions, startStack, stopStack } from '../../infra/stack.ts';
import { writeStack } from '../../infra/stack-state.ts';
import { emptyStack, readStackFile, type StackFile } from '../../src/config/stack-file.ts';
import { emptyDatabase } from '../support/postgres.ts';
import { withTemporal } from '../support/temporal.ts';

const outsideNames = [
  'ASTRA_TRAINER_URL',
  'DATABASE_URL',
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
];
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !outsideNames.includes(name)),
);
const programs = { teacher: 'test/infra/programs/small-teacher.ts', worker: 'test/infra/programs/small-worker.ts' };
const parts = ['postgres', 'teacher', 'temporal', 'worker-all'];

describe('the embedded stack', function () {
  this.timeout(120_000);
  let folder: string;
  const homes = new Set<string>();
  const migrated: string[] = [];

  const start = (name: string, more: Partial<StackOptions> = {}): Promise<StackFile> => {
    const home = join(folder, name);
    homes.add(home);
    const migrate = async (url: string): Promise<void> => void migrated.push(url);
    return startStack({ home, env: cleanEnvironment, migrate, programs, ...more });
  };
  const processOf = (state: StackFile, part: string): { pid: number; started: string } => {
    const found = state.processes[part];
    assert.ok(found, `no process for ${part}`);
    return found;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'astra-stack-'));
    chmodSync(folder, 0o755); // as root, Postgres runs under an account that must enter it
  });

  after(async () => {
    await Promise.all([...homes].map((home) => stopStack(home)));
    rmSync(folder, { recursive: true });
  });

  it('comes up, is found again by a second start, and comes back on the same ports after down', async () => {
    const home = join(folder, 'twice');
    const first = await start('twice');
    const second = await start('twice');

    assert.deepEqual(Object.keys(first.processes).toSorted(), parts);
    assert.deepEqual(second, first);
    assert.deepEqual(readStackFile(home), first);
    assert.equal(statSync(join(home, 'stack.json')).mode & 0o777, 0o600);
    assert.equal(migrated.at(-1), first.postgres?.url);

    const down = await stopStack(home);
    assert.deepEqual(await stopStack(home), down);
    assert.deepEqual([down?.processes, down?.workers], [{}, []]);
    assert.deepEqual(Object.values(first.processes).map(isRunning), [false, false, false, false]);

    const third = await start('twice');
    assert.deepEqual([third.temporal, third.postgres, third.teacher], [first.temporal, first.postgres, first.teacher]);
  });

  it('gives its workers the addresses, that of a trainer nobody wants yet too, and replaces them only when addresses move', async () => {
    const home = join(folder, 'workers');
    const { temporal, postgres, teacher, trainer, processes, workers } = await start('workers');
    const pid = processes['worker-all']?.pid;

    const seen: unknown = JSON.parse(readFileSync(join(home, `worker-${pid}.ready`), 'utf8'));
    const moved = await start('workers', { env: { ...cleanEnvironment, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } });

    assert.deepEqual(workers, [{ role: 'all', pid }]);
    assert.deepEqual(seen, {
      ASTRA_TRAINER_URL: trainer?.url,
      DATABASE_URL: postgres?.url,
      OPENAI_BASE_URL: teacher?.baseUrl,
      TEMPORAL_ADDRESS: temporal?.address,
      TEMPORAL_NAMESPACE: temporal?.namespace,
    });
    assert.match(trainer?.url ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(moved.teacher, { baseUrl: 'http://127.0.0.1:9/v1', kind: 'external' });
    assert.equal(moved.processes['teacher'], undefined);
    assert.notEqual(moved.processes['worker-all']?.pid, pid);
    assert.equal(existsSync(join(home, `worker-${pid}.ready`)), false);
    assert.deepEqual(moved.processes['postgres'], processes['postgres']);
  });

  for (const part of parts) {
    it(`starts ${part} again after it was killed, and leaves the rest running`, async () => {
      const first = await start('killed');
      process.kill(processOf(first, part).pid, 'SIGKILL');
      await stopProcess(processOf(first, part));

      const second = await start('killed');

      assert.notEqual(processOf(second, part).pid, processOf(first, part).pid);
      for (const other of parts.filter((name) => name !== part)) {
        assert.deepEqual(processOf(second, other), processOf(first, other));
      }
      assert.equal(second.temporal?.address, first.temporal?.address);
      assert.equal(await isListening(second.temporal?.address ?? ''), true);
    });
  }

  it('never signals a stranger that got the pid of a part', async () => {
    const home = join(folder, 'stranger');
    const own = identify(process.pid);
    const state = await start('stranger', { roles: [] });
    writeStack(home, { ...state, processes: { ...state.processes, teacher: { pid: process.pid, started: 'before' } } });
    await stopProcess(processOf(state, 'teacher'));

    const after = await stopStack(home);

    assert.deepEqual(identify(process.pid), own);
    assert.deepEqual(after?.processes, {});
  });

  it('is started once by two starts at the same time', async () => {
    const [one, two] = await Promise.all([start('both'), start('both')]);

    assert.deepEqual(one, two);
    assert.equal(one.workers.length, 1);
  });

  it('gives each home a namespace of its own, and an old home keeps the one with its runs', async () => {
    const { temporal: one } = await start('twice');
    const { temporal: two } = await start('workers');
    mkdirSync(join(folder, 'old'));
    const before = { address: `127.0.0.1:${await freePort()}`, ui: 'http://127.0.0.1:8233', namespace: 'astra' };
    writeStack(join(folder, 'old'), { ...emptyStack(), temporal: before });
    const { temporal: old } = await start('old');

    assert.match(one?.namespace ?? '', /^astra-[0-9a-f]{8}$/);
    assert.match(two?.namespace ?? '', /^astra-[0-9a-f]{8}$/);
    assert.notEqual(one?.namespace, two?.namespace);
    assert.deepEqual([old?.address, old?.namespace], [before.address, 'astra']);
  });

  it('starts nothing that the environment names', async () => {
    const { address } = await withTemporal();
    const url = await emptyDatabase();
    const trainer = { ASTRA_TRAINER_URL: 'http://trainer.example:8099' };
    const env = { DATABASE_URL: url, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'outside', OPENAI_API_KEY: 'k' };

    const state = await start('outside', { env: { ...cleanEnvironment, ...env, ...trainer }, trainer: 'real' });

    assert.deepEqual(Object.keys(state.processes), ['worker-all']);
    assert.deepEqual(state.temporal, { address, namespace: 'outside' });
    assert.deepEqual(state.postgres, { url });
    assert.deepEqual(state.teacher, { baseUrl: 'https://api.openai.com/v1', kind: 'external' });
    assert.deepEqual(state.trainer, { url: 'http://trainer.example:8099' });
    assert.equal(migrated.at(-1), url);
  });

  it('says which part did not come up, with the end of its log', async () => {
    const broken = { ...programs, worker: 'test/infra/programs/failing-worker.ts' };

    const attempt = start('broken', { programs: broken });

    await assert.rejects(attempt, /^Error: worker-all ended while starting\. End of [^]*no such queue: astra-nowhere/);
  });

  it('has nothing to stop where nothing was started', async () => {
    assert.equal(await stopStack(join(folder, 'never')), undefined);
  });
});
