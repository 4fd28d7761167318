import assert from 'node:assert/strict';
import type { CallOptions, OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import type { Json } from '../../../src/domain/json.ts';
import { onEach, overHttp, processPerCall, whole, zygotes } from './backends.ts';

const nested = (levels: number): Json => {
  let value: Json = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};
const echo = 'def f(v=None): return v';
const long = 'x'.repeat(50_000_000);

/** Source, function, arguments; then the one status and message. */
const cases: [name: string, call: [string, string, Json, CallOptions?], status: string, message: RegExp][] = [
  ['a syntax error', ['def f(:', 'f', {}], 'tool_error', /^invalid syntax \(tool\.py, line 1\)$/],
  ['an indentation error', ['def f():\nreturn 1', 'f', {}], 'tool_error', /expected an indented block/],
  ['no source at all', ['', 'f', {}], 'tool_error', /^the module defines no function 'f'$/],
  ['no such function', [echo, 'g', {}], 'tool_error', /^the module defines no function 'g'$/],
  ['a function without a name', [echo, '', {}], 'tool_error', /^the module defines no function ''$/],
  ['a name that is no function', ['f = {}', 'f', {}], 'tool_error', /^'f' is dict, not a function$/],
  ['a list as arguments', [echo, 'f', [1]], 'tool_error', /must be one JSON object of keyword arguments/],
  ['null as arguments', [echo, 'f', null], 'tool_error', /must be one JSON object of keyword arguments/],
  ['a text as arguments', [echo, 'f', 'v'], 'tool_error', /must be one JSON object of keyword arguments/],
  ['an argument that it does not take', [echo, 'f', { w: 1 }], 'tool_error', /unexpected keyword argument 'w'/],
  ['NaN as an argument', [echo, 'f', { v: Number.NaN }], 'tool_error', /not strict JSON: a number is not finite/],
  ['half a character as an argument', [echo, 'f', { v: '\ud800' }], 'tool_error', /half of a surrogate pair/],
  ['a zero character in a key', [echo, 'f', { v: { 'a\0': 1 } }], 'tool_error', /U\+0000/],
  ['arguments 300 levels deep', [echo, 'f', { v: nested(300) }], 'tool_error', /nested deeper than 200 levels/],
  ['arguments 100,000 levels deep', [echo, 'f', { v: nested(100_000) }], 'tool_error', /nested deeper than 200/],
  ['a NaN value', ['def f(): return float("nan")', 'f', {}], 'bad_result', /NaN or infinite/],
  ['half a character as the value', ['def f(): return "\\ud800"', 'f', {}], 'bad_result', /surrogate/],
  ['a value of 50 MB', ['def f(): return "x" * 50_000_000', 'f', {}], 'output_limit', /more than 1024 KiB/],
  ['a print of 50 MB', ['def f(): print("x" * 50_000_000)', 'f', {}], 'output_limit', /1048576 bytes were printed/],
  ['half a character in the source', ['v = "\ud800"\ndef f(): return v', 'f', {}], 'ok', /^$/],
  ['a zero character in the source', ['v = "\0"', 'f', {}], 'tool_error', /null bytes/],
];

describe('bad input', () => {
  onEach(whole ? [...zygotes, overHttp, processPerCall] : [...zygotes.slice(-1), overHttp], (sandbox) => {
    for (const [name, [source, fn, args, options], status, message] of cases) {
      it(`ends in one clear way: ${name}`, async () => {
        const result = await sandbox().call(await sandbox().load(source), fn, args, options);
        assert.equal(result.status, status, JSON.stringify(result));
        assert.match(result.error?.message ?? '', message);
      });
    }

    it('ends in one clear way: arguments of 50 MB', async () => {
      assert.match(await answerTo(sandbox(), { v: long }), /^(output_limit|memory|timeout|TypeError: .* 413: )/);
    });

    it('is refused at once: options out of their range', async () => {
      const env = await sandbox().load(echo);
      const bad: CallOptions[] = [{ cpuMs: 0 }, { memMb: 1e9 }, { wallMs: Number.NaN }, { now: 'yesterday' }];
      for (const options of bad) await assert.rejects(sandbox().call(env, 'f', {}, options), /call option/);
    });
  });
});

async function answerTo(sandbox: OwnedSandbox, args: Json): Promise<string> {
  const env = await sandbox.load(echo);
  return sandbox.call(env, 'f', args).then(
    ({ status, error }) => `${status}: ${error?.message}`,
    (error: unknown) => String(error),
  );
}
