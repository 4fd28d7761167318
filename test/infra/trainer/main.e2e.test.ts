import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isRunning, type ProcessIdentity, spawnPart, stopProcess } from '../../../infra/part-process.ts';
import { freePort } from '../../../infra/ports.ts';

const program = join(import.meta.dirname, '../../../infra/trainer/main.ts');
const smallPython = join(import.meta.dirname, '../programs/small-python.sh');

describe('the trainer of a stack, as a process', function () {
  this.timeout(60_000);
  let folder: string;
  let port: number;
  let part: ProcessIdentity;

  const place = (...names: string[]): string => join(folder, ...names);
  const asked = async (): Promise<{ status: number; retryAfter: string | null; body: string }> => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/models`);
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.text() };
  };
  /** Asks until the answer is the one waited for; a part that ended says why. */
  const answers = async (expected: RegExp): Promise<Awaited<ReturnType<typeof asked>>> => {
    for (;;) {
      const answer = await asked().catch(() => undefined);
      if (answer !== undefined && expected.test(answer.body)) return answer;
      if (!isRunning(part)) assert.fail(readFileSync(place('main.log'), 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astra-trainer-main-'));
    mkdirSync(place('bin'));
    for (const name of ['python', 'uv']) copyFileSync(smallPython, place('bin', name));
    port = await freePort();
    part = await spawnPart({
      name: 'the trainer',
      command: process.execPath,
      args: [program, '--home', place('home'), '--port', String(port), '--log', place('service.log')],
      logFile: place('main.log'),
      detached: false,
      env: {
        PATH: [place('bin'), process.env['PATH']].join(delimiter),
        PYTHON: place('bin/python'),
        SMALL_PYTHON_NODE: process.execPath,
      },
    });
  });

  afterEach(async () => {
    await stopProcess(part);
    rmSync(folder, { recursive: true });
  });

  it('says what it installs as long as it does, then serves on the same port', async () => {
    const meanwhile = await answers(/installing into/);
    writeFileSync(place('bin/go'), 'serve');
    const { status, body } = await answers(/"ok"/);

    assert.deepEqual([meanwhile.status, meanwhile.retryAfter], [503, '5']);
    assert.match(meanwhile.body, /^\{"error":\{"type":"not_ready","message":"the trainer is not ready: trainer: inst/);
    assert.deepEqual([status, JSON.parse(body).home], [200, place('home/trainer')]);
  });

  it('says on the same port why its service does not start', async () => {
    writeFileSync(place('bin/go'), 'break');
    const { status, body } = await answers(/ended while starting/);

    assert.equal(status, 503);
    assert.match(body, /"not_ready".*no such model/);
  });

  it('says after a failed installation what went wrong, until it is stopped', async () => {
    writeFileSync(place('bin/go'), 'fail');
    const { status, retryAfter, body } = await answers(/could not be installed/);
    const again = await asked();
    await stopProcess(part);

    assert.deepEqual([status, retryAfter], [503, '5']);
    assert.match(body, /"not_ready".*no space left on the device/);
    assert.deepEqual(again.body, body);
    await assert.rejects(asked());
  });
});
