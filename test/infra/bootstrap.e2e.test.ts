import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const checkout = join(import.meta.dirname, '../..');
const program = 'test/infra/programs/print-place.ts';

describe('the bootstrap of a checkout that is ready', function () {
  this.timeout(60_000);
  let folder: string;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'astra-bootstrap-')));
  });

  after(() => rmSync(folder, { recursive: true }));

  const run = (script: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
    const env = { ...process.env, npm_lifecycle_event: 'test', ...more };
    return spawnSync('sh', [script, ...args], { cwd: folder, env, encoding: 'utf8' });
  };

  it('runs the program in the checkout under Node 24 and adds nothing to its output', () => {
    const { stdout, status } = run(join(checkout, 'scripts/bootstrap.sh'), [program, 'a', 'b c']);

    assert.equal(stdout, `${JSON.stringify({ cwd: checkout, major: '24', args: ['a', 'b c'] })}\n`);
    assert.equal(status, 0);
  });

  it('runs `npm run astra` in the folder where it was typed', () => {
    const typedIn = { npm_lifecycle_event: 'astra', INIT_CWD: folder };

    const { stdout } = run(join(checkout, 'scripts/bootstrap.sh'), [program], typedIn);

    assert.equal(stdout, `${JSON.stringify({ cwd: folder, major: '24', args: [] })}\n`);
  });

  it('finds the checkout through links to the command, and keeps its exit code', () => {
    symlinkSync(join(checkout, 'node_modules/.bin/astra'), join(folder, 'astra'));

    const { status, stderr, stdout } = run(join(folder, 'astra'), ['no-such-command']);

    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /no-such-command/);
  });
});
