import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '../../../src/domain/json.ts';
import type { RewardEnvironment, RewardTool } from '../../../src/domain/reward/environment.ts';
import {
  type Episode,
  type ExecutedCall,
  partsOf,
  type RewardOutcome,
  rewardTrajectory,
} from '../../../src/domain/reward/trajectory-reward.ts';
import { goldOf } from '../../support/python-tools.ts';

const tool = (name: string, ...golds: readonly string[]): RewardTool => ({
  name,
  code: name,
  golds: golds.map(goldOf),
});
const world = (...tools: readonly RewardTool[]): RewardEnvironment => ({
  id: 'world',
  comparison: 'value',
  tools: new Map(tools.map((one) => [one.name, one])),
});
const quiet = { stdout: '', loadStdout: '' };
let made = 0;

/** A call that gave this value, recorded as it was given. */
function gave(name: string, value: Json, recorded = JSON.stringify(value)): ExecutedCall {
  const call = { id: `c${(made += 1)}`, name, arguments: {}, written: '{}' };
  return { call, recorded, run: { status: 'ok', value, canonical: JSON.stringify(value), ...quiet } };
}

function ended(name: string, status: string): ExecutedCall {
  const error = { type: 'ValueError', message: 'no such town' };
  return { ...gave(name, null), recorded: 'Error: no such town', run: { status, error, ...quiet } };
}

const reward = (environment: RewardEnvironment, calls: readonly ExecutedCall[], more: Partial<Episode> = {}) =>
  rewardTrajectory(environment, { calls, expectsNoCall: false, lastWords: 'It is 95.', ...more });

const verdicts = (outcome: RewardOutcome): readonly string[] =>
  outcome.status === 'scored' ? outcome.perCall.map(({ verdict }) => verdict) : [outcome.status];
const numbers = (outcome: RewardOutcome): readonly number[] =>
  outcome.status === 'scored' ? [outcome.n, outcome.solved, outcome.calls, Number(outcome.reward.toFixed(2))] : [];

const four = world(tool('a', '11'), tool('b', '22'), tool('c', '33'), tool('d', '44'), tool('spare'));
const right = [gave('a', 11), gave('b', 22), gave('c', 33), gave('d', 44)];

describe('the reward of a trajectory', () => {
  it('has the worked values of the paper, with precision capped at 1', () => {
    const rows = [
      [4, 4, 1],
      [4, 6, 0.8],
      [3, 4, 0.75],
      [4, 12, 0.5],
      [4, 2, 1],
      [0, 0, 0],
      [0, 5, 0],
    ] as const;
    for (const [solved, calls, expected] of rows)
      assert.equal(Number(partsOf({ n: 4, solved, calls }).reward.toFixed(10)), expected, `${solved} of ${calls}`);
  });

  it('stays in [0, 1], never falls with one more answer and never grows with one more call', () => {
    const count = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), count, count, (n, some, calls) => {
        const solved = Math.min(n, some);
        const { reward: value } = partsOf({ n, solved, calls });
        assert.ok(value >= 0 && value <= 1);
        if (solved < n) assert.ok(partsOf({ n, solved: solved + 1, calls }).reward >= value);
        if (calls > 0) assert.ok(partsOf({ n, solved, calls: calls + 1 }).reward <= value);
      }),
    );
  });

  it('is 1 for one right call per answer', () => {
    assert.deepEqual(numbers(reward(four, right)), [4, 4, 4, 1]);
    assert.deepEqual(verdicts(reward(four, right)), ['solved', 'solved', 'solved', 'solved']);
  });

  it('counts every call: repeated, wrong, failed, irrelevant, unknown and unreadable ones', () => {
    const unknown = { ...gave('ghost', 11), run: null };
    const unreadable = { ...gave('a', 11), run: null };
    const calls = [
      gave('a', 11),
      gave('a', 11),
      gave('b', 99),
      ended('b', 'tool_error'),
      gave('spare', 5),
      unknown,
      unreadable,
    ];
    const outcome = reward(four, calls);
    assert.deepEqual(verdicts(outcome), [
      'solved',
      'repeated',
      'no_match',
      'error',
      'no_gold',
      'unknown_tool',
      'unreadable_arguments',
    ]);
    assert.deepEqual(numbers(outcome), [4, 1, 7, 0.18]);
  });

  it('counts an answer once, and only from the tool that owes it', () => {
    assert.deepEqual(numbers(reward(four, [gave('b', 11), gave('spare', 11)])), [4, 0, 2, 0]);
    assert.deepEqual(numbers(reward(world(tool('a', '11')), [gave('a', 11), gave('a', { n: 11 })])), [1, 1, 2, 0.67]);
  });

  it('takes several answers of one call, and calls side by side in any order', () => {
    const merged = world(tool('a', '11', '22'));
    assert.deepEqual(numbers(reward(merged, [gave('a', [11, 22])])), [2, 2, 1, 1]);
    assert.deepEqual(numbers(reward(merged, [gave('a', 22), gave('a', 11)])), [2, 2, 2, 1]);
  });

  it('takes no answer from an error result, from a number inside another, or from prose (probe 15)', () => {
    const one = world(tool('a', '25'));
    assert.deepEqual(verdicts(reward(one, [gave('a', { error: { type: 'x', message: '25' } })])), ['error']);
    assert.deepEqual(verdicts(reward(one, [gave('a', 'x25y'), gave('a', 125)])), ['no_match', 'no_match']);
    assert.deepEqual(numbers(reward(one, [], { lastWords: 'It is 25.' })), [1, 0, 0, 0]);
  });

  it('believes a number whatever its separators (probe 17), and what was printed only for tools that print', () => {
    assert.deepEqual(verdicts(reward(world(tool('a', '1,234,567')), [gave('a', 1234567)])), ['solved']);
    const printing = {
      ...gave('a', null),
      run: { status: 'ok', value: null, canonical: 'null', stdout: '25\n', loadStdout: '' },
    };
    assert.deepEqual(verdicts(reward(world(tool('a', '25')), [printing])), ['no_match']);
    assert.deepEqual(verdicts(reward({ ...world(tool('a', '25')), comparison: 'value_or_text' }, [printing])), [
      'solved',
    ]);
  });

  it('is no number when the sandbox failed, whatever the other calls gave', () => {
    assert.deepEqual(reward(four, [...right, { ...ended('a', 'infra'), call: { ...right[0]!.call, id: 'last' } }]), {
      status: 'failed',
      class: 'Sandbox.Infra',
      detail: 'call last: ValueError: no such town',
    });
  });

  it('is no number when nothing was asked for', () => {
    const outcome = reward(world(tool('spare')), [gave('spare', 1)]);
    assert.deepEqual(outcome, { status: 'rejected', rule: 'no_gold', detail: 'no tool of world has a gold answer' });
  });

  it('is 1 for a task without its tools only when nothing is called and something is said', () => {
    const none = world(tool('spare'));
    assert.deepEqual(numbers(reward(none, [], { expectsNoCall: true })), [0, 0, 0, 1]);
    assert.deepEqual(numbers(reward(none, [gave('spare', 1)], { expectsNoCall: true })), [0, 0, 1, 0]);
    assert.deepEqual(numbers(reward(none, [], { expectsNoCall: true, lastWords: ' ' })), [0, 0, 0, 0]);
    // Saying so earns nothing where there was something to find.
    assert.deepEqual(numbers(reward(four, [], { expectsNoCall: true })), [4, 0, 0, 0]);
  });

  it('finds a recorded result that the call does not give, and follows the call', () => {
    const outcome = reward(world(tool('a', '95')), [gave('a', 60, '{"minutes": 95}')]);
    assert.deepEqual(numbers(outcome), [1, 0, 1, 0]);
    assert.match(
      outcome.status === 'scored' ? (outcome.perCall[0]?.difference ?? '') : '',
      /^recorded .*95.* gives 60$/,
    );
    const failed = reward(world(tool('a', '95')), [{ ...ended('a', 'tool_error'), recorded: '95' }]);
    assert.match(failed.status === 'scored' ? (failed.perCall[0]?.difference ?? '') : '', /ends with ValueError$/);
  });

  it('finds no difference in the order of keys, in spaces, or in the wording of an error', () => {
    const calls = [gave('a', { x: 1, y: 2 }, '{"y": 2, "x": 1}'), gave('a', 'Lyon', 'Lyon '), ended('a', 'tool_error')];
    const outcome = reward(four, calls);
    assert.deepEqual(outcome.status === 'scored' && outcome.perCall.map(({ difference }) => difference), [
      null,
      null,
      null,
    ]);
  });
});
