import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '../../src/cli/main.ts');
const token = 'a-token-of-more-than-enough-letters';

describe('astra sandbox serve', function () {
  this.timeout(60_000);

  it('runs code for a client of the /run_code shape, refuses a wrong token, and ends on SIGTERM', async () => {
    const env = { ...process.env, ASTRA_SANDBOX_TOKEN: token };
    const child = spawn(process.execPath, [program, 'sandbox', 'serve', '--port', '0'], { env });
    const exited = once(child, 'exit');
    const [first] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]; // readline gives text
    const url = /http:\S+/.exec(first)?.[0] ?? assert.fail(first);
    const post = (authorization: string): Promise<Response> =>
      fetch(new URL('/run_code', url), {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ code: 'print(6 * 7)', language: 'python' }),
      });

    const [refused, answered] = await Promise.all([post('Bearer wrong'), post(`Bearer ${token}`)]);
    const answer: unknown = await answered.json();
    child.kill('SIGTERM');
    const [code] = await exited;

    assert.equal(refused.status, 401);
    assert.equal(Reflect.get(Object(answer), 'status'), 'Success');
    assert.equal(Reflect.get(Object(Reflect.get(Object(answer), 'run_result')), 'stdout'), '42\n');
    assert.equal(first.includes(token), false);
    assert.equal(code, 0);
  });
});
