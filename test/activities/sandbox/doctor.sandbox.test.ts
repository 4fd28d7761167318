import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SandboxRefused } from '../../../src/activities/sandbox/classify-failure.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { examine, fitness } from '../../../src/activities/sandbox/doctor.ts';
import { pythonFolder } from '../../../src/activities/sandbox/launch.ts';
import { createPythonSandbox } from '../../../src/activities/sandbox/python-sandbox.ts';
import { createZygoteSandbox, ZygotePool } from '../../../src/activities/sandbox/zygote-pool.ts';

describe('sandbox doctor', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'doctor-'));
  });
  after(() => rm(folder, { recursive: true }));

  const script = async (name: string, text: string) => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    await chmod(file, 0o755);
    return file;
  };

  it('names a level, an interpreter of at least 3.11 with a real path, and what it did not get', async () => {
    const { level, python, bubblewrap, reasons, fixes } = await examine();
    assert.ok(level === 'ns+seccomp' || level === 'seccomp', reasons.join('; '));
    assert.match(python?.version ?? '', /^3\.(1[1-9]|[2-9]\d)\./);
    assert.ok(path.isAbsolute(python?.executable ?? ''));
    assert.equal(bubblewrap !== undefined, level === 'ns+seccomp');
    assert.equal(reasons.length, fixes.length);
    assert.equal(reasons.length > 0, level === 'seccomp');
  });

  it('has root step down before the box is built', async function () {
    const { level, uid, python } = await examine();
    const isPrivate = python?.executable.startsWith('/root/');
    if (process.getuid?.() !== 0 || level !== 'ns+seccomp' || isPrivate) this.skip();
    assert.equal(uid, 65_534);
  });

  it('resolves a shell script that stands in for the interpreter', async () => {
    const shim = await script('python3', '#!/bin/sh\nexec /usr/bin/python3 "$@"\n');
    const { python } = await examine({ python: shim, level: 'seccomp' });
    assert.match(python?.executable ?? '', /\/python3[.\d]*$/);
    assert.notEqual(python?.executable, shim);
  });

  const unfit: [string, string, RegExp][] = [
    ['that does not exist', '/no/such/python', /no usable Python .*\/no\/such\/python: spawn .* ENOENT/],
    ['that is too old', '', /old: it is Python 3\.10\.13/],
    ['that is none', '', /none: .*not JSON|none: Unexpected|none: .*JSON/],
  ];
  const stand: Record<string, string> = {
    'that is too old': `#!/bin/sh\necho '{"executable":"/x","version":"3.10.13","stdlib":"/x","libraries":{},"rootLinks":{},"sitePackages":[]}'\n`,
    'that is none': '#!/bin/sh\necho hello\n',
  };
  for (const [name, asked, complaint] of unfit) {
    it(`refuses an interpreter ${name}`, async () => {
      const text = stand[name];
      const python = text === undefined ? asked : await script(name.endsWith('old') ? 'old' : 'none', text);
      await assert.rejects(createZygoteSandbox({ python }), (error) => {
        assert.ok(error instanceof SandboxRefused);
        assert.match(error.message, complaint);
        assert.match(error.message, /ASTRA_SANDBOX_PYTHON/);
        return true;
      });
    });
  }

  it('fails closed when the interpreter cannot run the sandbox, and says what to do', async () => {
    // Answers the questions about itself, and is then not there: no level can start.
    const facts = {
      executable: '/no/such/python',
      version: '3.11.2',
      stdlib: '/usr/lib',
      libraries: {},
      rootLinks: {},
      sitePackages: [],
    };
    const python = await script('liar', `#!/bin/sh\necho '${JSON.stringify(facts)}'\n`);
    const diagnosis = await examine({ python });
    assert.equal(diagnosis.level, undefined);
    assert.equal(diagnosis.reasons.length, 2);
    await assert.rejects(
      fitness({ python }),
      /tool code is not run on this host: level ns\+seccomp: .* To change that: /,
    );
    assert.equal((await examine({ python, unsafe: true })).level, 'none');
  });

  describe('without a wall', () => {
    let sandbox: OwnedSandbox;
    before(async () => {
      const { python } = await fitness({ level: 'seccomp' });
      const info = { backend: 'zygote', level: 'none', python: python.version } as const;
      sandbox = createPythonSandbox(info, new ZygotePool({ level: 'none', python }, 1));
    });
    after(() => sandbox.close());

    it('stamps every result', async () => {
      const result = await sandbox.call(await sandbox.load('def f(): return 1'), 'f', {});
      assert.deepEqual([result.value, result.unsafe], [1, true]);
    });

    it('gets through with every attempt that only the kernel can refuse', async () => {
      const proof = await readFile(path.join(pythonFolder, 'wall_proof.py'), 'utf8');
      const result = await sandbox.call(await sandbox.load(proof), 'attempt', {});
      await rm('/tmp/wall-proof', { force: true });
      assert.deepEqual(result.value, [
        'start a process',
        'send a signal',
        'open a folder',
        'open a file',
        'write a file',
        'make a pipe',
        'change a limit',
      ]);
    });
  });
});
