import assert from 'node:assert/strict';
import { classifyFailure, SandboxRefused } from '../../../src/activities/sandbox/classify-failure.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createHttpSandbox } from '../../../src/activities/sandbox/http-backend.ts';
import type { SandboxServer } from '../../../src/activities/sandbox/http-server.ts';
import { startSandboxServer } from '../../../src/activities/sandbox/http-server.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';

const token = 'a token for tests only';

describe('sandbox server', () => {
  let sandbox: OwnedSandbox;
  let server: SandboxServer;
  before(async () => {
    sandbox = await createZygoteSandbox({ level: 'seccomp', size: 1 });
    server = await startSandboxServer({ sandbox, token });
  });
  after(async () => {
    await server.close();
    await sandbox.close();
  });

  const post = async (path: string, body: unknown, authorization = `Bearer ${token}`) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(server.url + path, { method: 'POST', headers: { authorization }, body: text });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };
  const python = async (code: string, more: object = {}) => {
    const { status, answer } = await post('/run_code', { code, language: 'python', run_timeout: 0.3, ...more });
    assert.equal(status, 200);
    // The shape is what the assertions of each test look at.
    return answer as { status: string; message: string; run_result: Record<string, unknown> | null };
  };

  it('lets nobody in without the token', async () => {
    for (const authorization of ['', token, 'Bearer wrong', `Bearer ${token} `]) {
      const { status, answer } = await post(
        '/v1/load',
        { source: '' },
        authorization.trim() === `Bearer ${token}` ? 'Bearer' : authorization,
      );
      assert.deepEqual([status, answer], [401, { error: 'wrong or missing token' }]);
    }
    await assert.rejects(createHttpSandbox({ url: server.url, token: 'wrong' }), SandboxRefused);
  });

  it('does not start with a token that can be guessed', async () => {
    await assert.rejects(startSandboxServer({ sandbox, token: 'short' }), /needs 16 characters/);
  });

  it('says what is wrong with a request', async () => {
    assert.equal((await post('/v1/nothing', {})).status, 404);
    assert.equal((await post('/v1/call', '{')).status, 400);
    const empty = await post('/v1/call', { sources: {} });
    assert.equal(empty.status, 400);
    assert.match(
      String(Reflect.get(Object(empty.answer), 'error')),
      /^the request body does not fit this endpoint:\n.*expected array.*\n.*at calls/,
    );
    assert.equal((await post('/v1/call', { sources: {}, calls: [] })).status, 400);
    const latin = await fetch(new URL('/v1/load', server.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: Buffer.from('{"source": "x = \'\u00fc\'"}', 'latin1'),
    });
    assert.deepEqual([latin.status, /UTF-8/.test(await latin.text())], [400, true]);
    assert.equal((await post('/v1/load', { source: 'x'.repeat(17 * 1024 * 1024) })).status, 413);
    const unknown = { env: 'a'.repeat(64), fn: 'f', args: {}, options: {} };
    assert.match(
      JSON.stringify(await post('/v1/call', { sources: {}, calls: [unknown] })),
      /whose source was not sent/,
    );
    const lie = { sources: { [unknown.env]: 'x = 1' }, calls: [unknown] };
    assert.match(JSON.stringify(await post('/v1/call', lie)), /environment hash: expected/);
  });

  it('answers 503 to more requests than it takes', async () => {
    const small = await startSandboxServer({ sandbox, token, mostRequests: 1 });
    const client = await createHttpSandbox({ url: small.url, token });
    const env = await sandbox.load('import threading\ndef f(): threading.Event().wait()');
    const slow = client.call(env, 'f', {}, { wallMs: 300 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const refused = await client.load('x = 1').catch((error: unknown) => error);
    assert.deepEqual(classifyFailure(refused), { type: 'SandboxLost', retryable: true });
    assert.equal((await slow).status, 'timeout');
    await small.close();
  });

  it('makes calls infra while the server is away', async () => {
    const away = await startSandboxServer({ sandbox, token });
    const client = await createHttpSandbox({ url: away.url, token });
    const env = await client.load('def f(): return 1');
    await away.close();
    const result = await client.call(env, 'f', {});
    assert.equal(result.status, 'infra');
    assert.match(result.error.message, /cannot be reached: .*ECONNREFUSED/);
  });

  it('runs a script and tells its output and exit code', async () => {
    const { status, run_result } = await python('import sys\nprint(input())\nprint("e", file=sys.stderr)', {
      stdin: 'in',
    });
    assert.equal(status, 'Success');
    const { execution_time, ...rest } = run_result ?? {};
    assert.equal(typeof execution_time, 'number');
    assert.deepEqual(rest, { status: 'Finished', return_code: 0, stdout: 'in\n', stderr: 'e\n' });
  });

  it('fails a script that raises, with the traceback of its own frames', async () => {
    const { status, run_result } = await python('def f():\n  return 1 / 0\nprint("before")\nf()');
    assert.deepEqual([status, run_result?.['return_code'], run_result?.['stdout']], ['Failed', 1, 'before\n']);
    assert.equal(
      run_result?.['stderr'],
      'Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n' +
        '  File "main.py", line 2, in f\nZeroDivisionError: division by zero\n',
    );
  });

  const scripts: [string, string, object][] = [
    ['a script that leaves by exit code', 'raise SystemExit(3)', { status: 'Failed', run: 'Finished', code: 3 }],
    ['a script that does not compile', 'def f(:', { status: 'Failed', run: 'Finished', code: 1 }],
    ['a script that spins', 'while True: pass', { status: 'Failed', run: 'TimeLimitExceeded', code: null }],
    ['a script that ends its own process', 'import os\nos._exit(0)', { status: 'Failed', run: 'Error', code: null }],
    ['a script that takes too much memory', 'x = bytearray(1 << 32)', { status: 'Failed', run: 'Error', code: null }],
    ['a script that prints too much', 'print("x" * 3_000_000)', { status: 'Failed', run: 'Error', code: null }],
  ];
  for (const [name, code, expected] of scripts) {
    it(`tells ${name} apart`, async () => {
      const { status, run_result } = await python(code, { memory_limit_MB: 256 });
      assert.deepEqual({ status, run: run_result?.['status'], code: run_result?.['return_code'] }, expected);
    });
  }

  it('is a SandboxError for what it does not offer', async () => {
    for (const more of [{ language: 'bash' }, { files: { 'a.txt': 'YQ==' } }]) {
      const { status, message, run_result } = await python('x = 1', more);
      assert.deepEqual([status, run_result], ['SandboxError', null]);
      assert.match(message, /not supported/);
    }
  });
});
