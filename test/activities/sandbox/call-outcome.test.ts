import assert from 'node:assert/strict';
import { outcome } from '../../../src/activities/sandbox/call-outcome.ts';
import { resolveOptions } from '../../../src/activities/sandbox/limits.ts';
import type { CallEnd } from '../../../src/activities/sandbox/zygote-frames.ts';

const limits = resolveOptions({});
const written = (head: string, body = '') => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(head), 0);
  return Buffer.concat([length, Buffer.from(head + body)]);
};
const clean: CallEnd = {
  stoppedFor: 'nothing',
  exitCode: 0,
  signal: 0,
  cpuMs: 2,
  wallMs: 3,
  maxRssKb: 4,
  output: written('{"kind":"ok","out":"said","load":"loaded"}', '{"a":1.0}'),
};
const ending = (change: Partial<CallEnd>) => outcome({ ...clean, ...change }, limits);
const verdict = (change: Partial<CallEnd>) => {
  const { status, error } = ending(change);
  return [status, error?.type, error?.message];
};

describe('outcome of a call', () => {
  it('is ok for one value and a clean end', () => {
    assert.deepEqual(ending({}), {
      status: 'ok',
      value: { a: 1 },
      canonical: '{"a":1.0}',
      stdout: 'said',
      loadStdout: 'loaded',
      usage: { cpuMs: 2, wallMs: 3, maxRssKb: 4 },
    });
  });

  it('is a timeout when a clock ran out, even if a value was written', () => {
    assert.deepEqual(verdict({ stoppedFor: 'cpu', signal: 9 }), [
      'timeout',
      'Timeout',
      'the call used more than 1000 ms of CPU time',
    ]);
    assert.deepEqual(verdict({ stoppedFor: 'wall', signal: 9 }), [
      'timeout',
      'Timeout',
      'the call took more than 3000 ms',
    ]);
    assert.equal(ending({ signal: 24 }).status, 'timeout');
    assert.equal(ending({ signal: 9, cpuMs: 1_000 }).status, 'timeout');
  });

  it('is infra when the host killed the process for no fault of the call', () => {
    assert.deepEqual(verdict({ signal: 9 }), ['infra', 'Infra', 'the host killed the process of the call']);
  });

  it('is a crash for any other signal', () => {
    assert.deepEqual(verdict({ signal: 11, exitCode: -1 }), [
      'crash',
      'Crash',
      'the process of the call was ended by signal 11',
    ]);
  });

  it('is an output limit when the zygote stopped it for that', () => {
    assert.equal(ending({ stoppedFor: 'output', signal: 9 }).status, 'output_limit');
  });

  it('never takes a value from a process that did not end with code 0', () => {
    assert.deepEqual(verdict({ exitCode: 77 }), [
      'bad_result',
      'BadResult',
      'the process ended by itself (code 77) without a value',
    ]);
  });

  it('keeps type and message of what the tool raised', () => {
    const output = written('{"kind":"raised","type":"KeyError","message":"\'x\'","out":"","load":""}');
    assert.deepEqual(verdict({ output }), ['tool_error', 'KeyError', "'x'"]);
  });

  const forged: [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['two bytes', Buffer.alloc(2)],
    ['a length that is not there', Buffer.from([255, 255, 255, 255, 1])],
    ['a head that is no JSON', written('{kind', '1')],
    ['a head that is a list', written('["ok"]', '1')],
    ['a head of a strange kind', written('{"kind":"infra"}', '1')],
    ['a head without a kind', written('{}', '1')],
    ['no value', written('{"kind":"ok"}')],
    ['two values', written('{"kind":"ok"}', '1 2')],
    ['NaN', written('{"kind":"ok"}', 'NaN')],
    ['bytes that are not UTF-8', Buffer.concat([written('{"kind":"ok"}'), Buffer.from([34, 255, 34])])],
    ['half a surrogate pair', written('{"kind":"ok"}', '"\\ud800"')],
    ['a value of 30,000 levels', written('{"kind":"ok"}', '['.repeat(30_000) + ']'.repeat(30_000))],
    ['a head of 30,000 levels', written(`{"kind":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, '1')],
  ];
  for (const [name, output] of forged) {
    it(`is a bad result for a frame with ${name}`, () => assert.equal(ending({ output }).status, 'bad_result'));
  }
});
