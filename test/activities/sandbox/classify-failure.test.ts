import assert from 'node:assert/strict';
import { classifyFailure, SandboxLost, SandboxRefused } from '../../../src/activities/sandbox/classify-failure.ts';

const table: [string, unknown, string, boolean][] = [
  ['a lost process', new SandboxLost('gone'), 'SandboxLost', true],
  ['a refused host', new SandboxRefused('no wall'), 'SandboxRefused', false],
  ['a host out of processes', Object.assign(new Error('spawn'), { code: 'EAGAIN' }), 'SandboxLost', true],
  ['a server that is away', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'SandboxLost', true],
  ['a missing program', Object.assign(new Error('spawn'), { code: 'ENOENT' }), 'SandboxMisused', false],
  ['a limit out of range', new RangeError('cpuMs'), 'SandboxMisused', false],
  ['something thrown that is no error', 'text', 'SandboxMisused', false],
];

describe('classifyFailure', () => {
  for (const [name, error, type, retryable] of table) {
    it(`calls ${name} ${type}`, () => assert.deepEqual(classifyFailure(error), { type, retryable }));
  }
});
