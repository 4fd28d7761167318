import assert from 'node:assert/strict';
import type { CallOptions, CallResult, OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import type { Json } from '../../../src/domain/json.ts';
import { onEach, overHttp, processPerCall, whole, zygotes } from './backends.ts';

describe('sandbox conformance', () => {
  onEach([...zygotes, overHttp, ...(whole ? [processPerCall] : [])], (sandbox) => {
    const run = async (source: string, args: Json = {}, options: CallOptions = {}): Promise<CallResult> =>
      sandbox().call(await sandbox().load(source), 'f', args, options);
    values(run);
    faults(run, sandbox);
    limits(run);
    determinism(run);
    isolation(run, sandbox);
  });
});

type Run = (source: string, args?: Json, options?: CallOptions) => Promise<CallResult>;

function values(run: Run): void {
  it('passes arguments by name and returns the JSON value', async () => {
    const result = await run('def f(a, b=2, *, c): return {"z": [a, b, c], "a": None}', { a: 'ü', c: [true, 1.5] });
    assert.equal(result.status, 'ok');
    assert.deepEqual(result.value, { z: ['ü', 2, [true, 1.5]], a: null });
    assert.equal(result.canonical, '{"a":null,"z":["ü",2,[true,1.5]]}');
  });

  it('takes tuples as arrays and subclasses as what they extend', async () => {
    const source =
      'import collections, enum\nclass E(str, enum.Enum): A = "a"\nP = collections.namedtuple("P", "x y")\n' +
      'def f(): return [P(1, 2), collections.OrderedDict(k=1), collections.Counter("aa"), E.A, {E.A: True}]';
    assert.equal((await run(source)).canonical, '[[1,2],{"k":1},{"a":2},"a",{"a":true}]');
  });

  it('keeps what the module prints apart from what the function prints', async () => {
    const result = await run(
      'import sys\nprint("loading")\ndef f():\n  print("a"); print("b", file=sys.stderr)\n  return 1',
    );
    assert.deepEqual([result.loadStdout, result.stdout, result.value], ['loading\n', 'a\nb\n', 1]);
  });

  it('reports what the call used', async () => {
    const { usage } = await run('def f(): return sum(range(300000))');
    assert.ok(usage.cpuMs > 0 && usage.wallMs > 0 && usage.maxRssKb > 1_000, JSON.stringify(usage));
  });

  const bad: [string, string, RegExp][] = [
    ['NaN', 'float("nan")', /NaN or infinite/],
    ['infinity inside a list', '[1, {"a": float("-inf")}]', /NaN or infinite/],
    ['bytes', 'b"x"', /bytes is not a JSON type/],
    ['a set', '{1, 2}', /set is not a JSON type/],
    ['a Decimal', '__import__("decimal").Decimal(1)', /Decimal is not a JSON type/],
    ['a date', '__import__("datetime").date(2026, 1, 1)', /date is not a JSON type/],
    ['an object', 'object()', /object is not a JSON type/],
    ['a generator', '(i for i in [1])', /generator is not a JSON type/],
    ['a number as key', '{1: "a"}', /a key is int, not text/],
    ['None as key', '{None: "a"}', /a key is NoneType, not text/],
    ['an integer of 60 digits', '10**60', /beyond 2\*\*53/],
    ['the first integer that JSON readers round', '2**53 + 1', /beyond 2\*\*53/],
    ['half a surrogate pair', '"\\ud800"', /surrogate/],
    ['a zero character', '"a\\0b"', /U\+0000/],
    ['201 levels', '__import__("functools").reduce(lambda v, _: [v], range(201), 1)', /deeper than 200/],
    ['30,000 levels', '__import__("functools").reduce(lambda v, _: [v], range(30000), 1)', /deeper than 200/],
    ['a list that holds itself', '(lambda x: (x.append(x), x)[1])([])', /deeper than 200/],
  ];
  it('refuses values that are not strict JSON and says why', async () => {
    const source = `def f(i): return [${bad.map(([, expression]) => `lambda: ${expression}`).join(', ')}][i]()`;
    for (const [i, [name, , message]] of bad.entries()) {
      const result = await run(source, { i });
      assert.equal(result.status, 'bad_result', name);
      assert.match(result.error?.message ?? '', message, name);
    }
    assert.match((await run('async def f(): return 1')).error?.message ?? '', /coroutine is not a JSON type/);
  });

  it('returns the largest values that are allowed', async () => {
    const deep = '__import__("functools").reduce(lambda v, _: [v], range(200), 1)';
    const result = await run('def f(): return [2**53, -2**53, 1e308]');
    assert.deepEqual(result.value, [2 ** 53, -(2 ** 53), 1e308]);
    assert.equal((await run(`def f(): return ${deep}`)).status, 'ok');
  });
}

function faults(run: Run, sandbox: () => OwnedSandbox): void {
  it('gives type and message of an exception and no traceback', async () => {
    const result = await run('print("x")\ndef f():\n  print("y")\n  raise ValueError("no such city: 北京")');
    assert.equal(result.status, 'tool_error');
    assert.deepEqual(result.error, { type: 'ValueError', message: 'no such city: 北京' });
    assert.deepEqual([result.loadStdout, result.stdout], ['x\n', 'y\n']);
  });

  it('reports a syntax error at load and at every call', async () => {
    const env = await sandbox().load('def f(:\n  pass');
    assert.deepEqual(env.error, { type: 'SyntaxError', message: 'invalid syntax (tool.py, line 1)' });
    const result = await sandbox().call(env, 'f', {});
    assert.deepEqual([result.status, result.error], ['tool_error', env.error]);
  });

  it('reports sources that no compiler takes', async () => {
    assert.equal((await sandbox().load('x = "a\0b"')).error?.type, (await sandbox().load('\0')).error?.type);
    assert.ok((await sandbox().load(`x = ${'('.repeat(5_000)}${')'.repeat(5_000)}`)).error);
  });

  it('names a function that is missing or no function', async () => {
    assert.deepEqual((await run('def g(): pass')).error, {
      type: 'NameError',
      message: "the module defines no function 'f'",
    });
    assert.deepEqual((await run('f = 3')).error, { type: 'TypeError', message: "'f' is int, not a function" });
  });

  it('refuses arguments that are no JSON object of the right names', async () => {
    for (const args of [null, [1], 'x', 3]) {
      assert.match((await run('def f(): pass', args)).error?.message ?? '', /one JSON object/);
    }
    const result = await run('def f(a): pass', { b: 1 });
    assert.deepEqual([result.status, result.error?.type], ['tool_error', 'TypeError']);
  });

  it('treats every way out of the function as a failure', async () => {
    assert.deepEqual((await run('import sys\ndef f(): sys.exit(0)')).error, { type: 'SystemExit', message: '0' });
    for (const code of [0, 1, 77, 99]) {
      const result = await run(`import os\ndef f(): os._exit(${code})`);
      assert.deepEqual(
        [result.status, result.error?.message],
        ['bad_result', `the process ended by itself (code ${code}) without a value`],
      );
    }
  });

  it('has only the preloaded part of the standard library', async () => {
    const result = await run('def f():\n  import numpy');
    assert.deepEqual(result.error, { type: 'ModuleNotFoundError', message: "No module named 'numpy'" });
    const allowed =
      'json re math datetime random statistics itertools functools collections decimal fractions string textwrap ' +
      'unicodedata calendar bisect heapq operator copy dataclasses typing enum hashlib base64 difflib csv io ' +
      'zoneinfo uuid secrets time ast';
    assert.equal((await run(`def f():\n  import ${allowed.replaceAll(' ', ', ')}\n  return 1`)).value, 1);
  });

  it('rejects an environment whose hash is not that of its source', async () => {
    const env = await sandbox().load('def f(): return 1');
    await assert.rejects(sandbox().call({ ...env, source: 'def f(): return 2' }, 'f', {}), /environment hash/);
  });

  it('accepts an environment that came over the wire', async () => {
    const env = { ...(await sandbox().load('def f(): return 1')) };
    assert.equal((await sandbox().call(env, 'f', {})).value, 1);
  });
}

function limits(run: Run): void {
  it('stops an endless loop by CPU time', async () => {
    const result = await run('def f():\n  while True: pass', {}, { cpuMs: 100 });
    assert.deepEqual([result.status, result.error?.message], ['timeout', 'the call used more than 100 ms of CPU time']);
  });

  it('stops a call that waits, after trying once more alone', async () => {
    const result = await run('import threading\ndef f(): threading.Event().wait()', {}, { wallMs: 100 });
    assert.deepEqual([result.status, result.error?.message], ['timeout', 'the call took more than 100 ms']);
  });

  it('stops at the memory limit', async () => {
    for (const grow of ['bytearray(1 << 30)', '[i for i in range(1 << 30)]']) {
      assert.equal((await run(`def f(): return len(${grow})`, {}, { memMb: 128, cpuMs: 3000 })).status, 'memory', grow);
    }
    assert.equal((await run('def f(): return len(bytearray(200 << 20))', {}, { memMb: 512 })).value, 200 << 20);
  });

  it('stops at the output limit, whether printed or returned', async () => {
    for (const body of [
      'return "x" * 50_000_000',
      'for _ in range(10**9): print("x" * 100)',
      'print("x" * 2_000_000)',
    ]) {
      const result = await run(`def f():\n  ${body}`, {}, { cpuMs: 3000 });
      assert.equal(result.status, 'output_limit', body);
    }
    assert.equal((await run('def f(): return "x" * 3000', {}, { outKb: 1 })).status, 'ok');
    assert.equal((await run('def f(): return "x" * 9000', {}, { outKb: 1 })).status, 'output_limit');
  });

  it('survives output that is not UTF-8', async () => {
    const result = await run(
      'import sys\ndef f():\n  sys.stdout.buffer.write(b"\\xff\\x00a")\n  print("\\ud800")\n  return 1',
    );
    assert.deepEqual([result.value, result.stdout], [1, '\ufffd\ufffda\\ud800\n']);
  });
}

function determinism(run: Run): void {
  const chance =
    'import random, uuid, secrets, os, time, datetime, logging, zoneinfo\n' +
    'def f():\n' +
    '  r = random.Random()\n' +
    '  return [random.random(), r.random(), random.SystemRandom().random(), random.sample(range(99), 3), ' +
    'str(uuid.uuid4()), str(uuid.uuid1()), secrets.token_hex(8), os.urandom(4).hex(), os.getpid(), ' +
    'time.time(), time.perf_counter(), time.ctime(), str(datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Tokyo"))), ' +
    'str(datetime.datetime.utcnow()), str(datetime.date.today()), list(os.times()), os.uname().nodename, ' +
    'logging.LogRecord("a", 1, "p", 1, "m", (), None).relativeCreated]';

  it('gives the same bytes for the same seed and clock, whatever the hash seed', async () => {
    const texts = await Promise.all(
      ([0, 1, 0, 1] as const).map(async (hashSeed) => (await run(chance, {}, { hashSeed, seed: 's' })).canonical),
    );
    assert.equal(new Set(texts).size, 1);
    assert.ok(texts[0]?.includes('2026-01-01 09:00:00+09:00'), texts[0]);
  });

  it('changes with the seed and with the clock', async () => {
    const of = async (options: CallOptions) => JSON.stringify((await run(chance, {}, options)).value);
    const one = await of({ seed: 'a' });
    assert.notEqual(await of({ seed: 'b' }), one);
    assert.notEqual(await of({ seed: 'a', now: '2027-01-01T00:00:00Z' }), one);
  });

  it('shows string hashes of the hash seed asked for', async () => {
    const hash = (hashSeed: 0 | 1) => run('def f(): return str(hash("a"))', {}, { hashSeed });
    assert.notDeepEqual((await hash(0)).value, (await hash(1)).value);
    assert.deepEqual((await hash(1)).value, (await hash(1)).value);
  });

  it('returns from sleep at once and moves the clock by it', async () => {
    const result = await run(
      'import time\ndef f():\n  a = time.monotonic(); time.sleep(3600); return time.monotonic() - a',
    );
    assert.equal(result.value, 3600);
    assert.ok(result.usage.wallMs < 3_000);
  });

  it('leaves types and texts of dates as they are', async () => {
    const source =
      'import datetime as d, copy\n' +
      'def f():\n  n = d.datetime.now(d.timezone.utc)\n' +
      '  return [type(n) is d.datetime, repr(n), repr(copy.deepcopy(n) + d.timedelta(1)), isinstance(n, d.date)]';
    assert.deepEqual((await run(source)).value, [
      true,
      'datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)',
      'datetime.datetime(2026, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)',
      true,
    ]);
  });
}

function isolation(run: Run, sandbox: () => OwnedSandbox): void {
  it('starts every call from the module as it was loaded', async () => {
    const env = await sandbox().load('N = []\ndef f():\n  N.append(1)\n  return len(N)');
    for (let call = 0; call < 3; call += 1) assert.equal((await sandbox().call(env, 'f', {})).value, 1);
  });

  it('runs our own programs on source that is only data', async () => {
    const inspector =
      'import ast\ndef inspect(source):\n' +
      '  return sorted(n.name for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef))';
    const result = await sandbox().call(await sandbox().load(inspector), 'inspect', {
      source: 'def b(): raise SystemExit\ndef a(): pass\nraise SystemExit',
    });
    assert.deepEqual(result.value, ['a', 'b']);
  });

  it('answers many calls at once, each with its own answer', async () => {
    const count = sandbox().info().backend === 'process' ? 4 : 60;
    const answers = await Promise.all(
      Array.from({ length: count }, async (_, i) => (await run('def f(i): return i * i', { i })).value),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: count }, (_, i) => i * i),
    );
  });
}
