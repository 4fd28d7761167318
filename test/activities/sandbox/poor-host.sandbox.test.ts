import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sandboxFolder = path.join(import.meta.dirname, '../../../src/activities/sandbox');

/** Runs a program in which `sandbox` is the module of that name, under a command that takes something from the host. */
async function on(host: string[], program: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const imports = [
    `const { createZygoteSandbox } = await import('${sandboxFolder}/zygote-pool.ts');`,
    `const { examine, fitness } = await import('${sandboxFolder}/doctor.ts');`,
    'const { readFileSync } = await import("node:fs");',
    'const said = (error) => error.name + ": " + error.message;',
  ];
  const all = `${imports.join('\n')}\nconsole.log(JSON.stringify(await (async () => {${program}})()));`;
  const node = [process.execPath, '--input-type=module', '--eval', all];
  const [command = '', ...rest] = [...host, ...node];
  const { stdout } = await run(command, rest, { env: { ...process.env, ...env }, timeout: 60_000 });
  return JSON.parse(stdout);
}

const restricted = (what: string) => ['python3', path.join(import.meta.dirname, 'restricted-host.py'), what];
const noUserNamespaces = ['unshare', '--user', '--map-user=1000', '--keep-caps', 'sh', '-c'].concat(
  'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"',
  'sh',
);

describe('a host that lacks something', () => {
  it('without seccomp is refused, with the reason of each level and what to do', async () => {
    const answer = await on(
      restricted('no-seccomp'),
      `const { level, reasons } = await examine();
       return [level ?? null, reasons.length, await fitness().then(() => 'fit', said)]`,
    );
    assert.ok(Array.isArray(answer));
    assert.deepEqual(answer.slice(0, 2), [null, 2]);
    assert.match(String(answer[2]), /^SandboxRefused: tool code is not run on this host: .*seccomp filters on x86-64/);
  });

  it('without user namespaces refuses the level that needs them and names the other', async function () {
    // Where no user namespace can be made at all, none can be made that forbids them.
    await run('unshare', ['--user', '--map-user=1000', '--keep-caps', 'true']).catch(() => this.skip());
    const answer = await on(
      noUserNamespaces,
      `const { level, reasons, fixes } = await examine();
       const asked = await createZygoteSandbox({ level: 'ns+seccomp' }).then(() => 'started', said);
       return [level ?? null, reasons.length, fixes, asked]`,
    );
    assert.ok(Array.isArray(answer));
    assert.deepEqual(answer.slice(0, 2), ['seccomp', 1]);
    assert.match(JSON.stringify(answer[2]), /user namespaces|bubblewrap/);
    assert.match(String(answer[3]), /^SandboxRefused: tool code is not run on this host: level ns\+seccomp: /);
  });

  it('that cannot ask about forks makes every call from nothing and replays episodes', async () => {
    const answer = await on(
      restricted('no-listener'),
      `const sandbox = await createZygoteSandbox({ level: 'seccomp', size: 1 });
       try {
         const env = await sandbox.load('STATE = {"n": 0}\\ndef f(i):\\n  STATE["n"] += i\\n  return STATE["n"]');
         const zygotes = () => readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim();
         await sandbox.call(env, 'f', { i: 0 });
         const before = zygotes();
         const list = await sandbox.callMany(env, [1, 2, 3].map((i) => ({ fn: 'f', args: { i } })));
         if (before === '' || zygotes() !== before) return 'a zygote was lost';
         const episode = await sandbox.open(env);
         await episode.call('f', { i: 5 });
         const [fork] = await episode.fork(1);
         return [...list, await fork.call('f', { i: 1 }), await episode.call('f', { i: 2 })].map((one) => one.value);
       } finally { await sandbox.close(); }`,
    );
    assert.deepEqual(answer, [1, 2, 3, 6, 7]);
  });

  it('without room for a single file makes calls as ever: the sandbox writes none', async () => {
    // A device that is always full, where a folder should be.
    const answer = await on(
      [],
      `process.chdir('/proc');
       const sandbox = await createZygoteSandbox({ size: 1 });
       try {
         const source = 'def f():\\n  try: open("/tmp/x", "w")\\n  except OSError as error: return type(error).__name__';
         return [(await sandbox.call(await sandbox.load(source), 'f', {})).status];
       } finally { await sandbox.close(); }`,
      { TMPDIR: '/dev/full', HOME: '/dev/full' },
    );
    assert.deepEqual(answer, ['ok']);
  });

  it('without an interpreter is refused, with the name that was tried', async () => {
    const answer = await on([], `return await createZygoteSandbox({ python: '/no/such/python' }).catch(said)`);
    assert.match(String(answer), /^SandboxRefused: .*no usable Python .*\/no\/such\/python/);
  });
});
