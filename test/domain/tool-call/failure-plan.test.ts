import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FailureKind } from '../../../src/domain/episode/schema.ts';
import {
  drawFailure,
  type EarlierCall,
  type FailurePlan,
  staleAnswer,
} from '../../../src/domain/tool-call/failure-plan.ts';
import { injectedObservation } from '../../../src/domain/tool-call/injected-observation.ts';
import { Observation } from '../../../src/domain/tool-call/schema.ts';
import { firstState, isFirstState, nextState, stateSalt } from '../../../src/domain/tool-call/state-key.ts';

/** Plays calls in order; every call that meets no failure succeeds. */
function play(plan: FailurePlan, calls: readonly { tool: string; request: string }[]): (FailureKind | null)[] {
  const earlier: EarlierCall[] = [];
  for (const [ordinal, call] of calls.entries()) {
    const injected = drawFailure(plan, { ordinal, ...call }, earlier);
    earlier.push({ ordinal, ...call, injected, status: injected === null || injected === 'stale' ? 'ok' : 'error' });
  }
  return earlier.map(({ injected }) => injected);
}

const different = (count: number): { tool: string; request: string }[] =>
  Array.from({ length: count }, (_, n) => ({ tool: `tool_${n}`, request: `request-${n}` }));

describe('failures that are made up', () => {
  it('come at their rate, and equal seeds meet equal failures', () => {
    const drawn = play({ seed: 'a', rate: 0.2, weights: {} }, different(2_000));
    const failed = drawn.filter((kind) => kind !== null).length;

    assert.ok(failed > 330 && failed < 470, `${failed} of 2000`);
    assert.deepEqual(play({ seed: 'a', rate: 0.2, weights: {} }, different(50)), drawn.slice(0, 50));
    assert.notDeepEqual(play({ seed: 'b', rate: 0.2, weights: {} }, different(50)), drawn.slice(0, 50));
  });

  it('never come at rate 0 or without a weight, and always at rate 1', () => {
    assert.deepEqual(new Set(play({ seed: 'a', rate: 0, weights: {} }, different(50))), new Set([null]));
    assert.deepEqual(new Set(play({ seed: 'a', rate: 1, weights: { timeout: 0 } }, different(9))), new Set([null]));
    assert.deepEqual(
      new Set(play({ seed: 'a', rate: 1, weights: { timeout: 2 } }, different(9))),
      new Set(['timeout']),
    );
  });

  it('of a passing kind end after one or two tries of the same call', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom<FailureKind>('timeout', 'unreachable', 'rate_limit'), (seed, kind) => {
        const again = Array.from({ length: 3 }, () => ({ tool: 'search', request: 'same' }));
        const drawn = play({ seed, rate: 1, weights: { [kind]: 1 } }, again);
        assert.equal(drawn[0], kind);
        assert.ok(drawn.indexOf(null) === 1 || drawn.indexOf(null) === 2, String(drawn));
      }),
    );
  });

  it('of sign-in last for the tool they met, and for no other', () => {
    const plan = { seed: 'a', rate: 1, weights: { auth: 1 } };
    const refused: EarlierCall = { ordinal: 0, tool: 'mail', request: 'x', injected: 'auth', status: 'error' };

    assert.equal(drawFailure({ ...plan, rate: 0 }, { ordinal: 1, tool: 'mail', request: 'y' }, [refused]), 'auth');
    assert.equal(drawFailure({ ...plan, rate: 0 }, { ordinal: 1, tool: 'maps', request: 'y' }, [refused]), null);
  });

  it('are stale only where the same call was answered before', () => {
    const plan = { seed: 'a', rate: 1, weights: { stale: 1 } };
    const answered: EarlierCall = { ordinal: 0, tool: 'list', request: 'x', injected: null, status: 'ok' };

    assert.equal(drawFailure(plan, { ordinal: 1, tool: 'list', request: 'x' }, []), null);
    assert.equal(drawFailure(plan, { ordinal: 1, tool: 'list', request: 'x' }, [answered]), 'stale');
    assert.equal(staleAnswer({ ordinal: 1, tool: 'list', request: 'x' }, [answered]), answered);
  });

  it('read like failures of services: short, by seed, without a trace', () => {
    for (const kind of ['timeout', 'unreachable', 'rate_limit', 'auth', 'empty'] as const) {
      const seen = Observation.parse(injectedObservation(kind, 'a'));
      assert.equal(seen.status, kind === 'empty' ? 'ok' : 'error');
      assert.ok(seen.text.length < 120 && !/inject|simulat|traceback/i.test(seen.text), seen.text);
      assert.deepEqual(injectedObservation(kind, 'a'), seen);
    }
  });
});

describe('states of a server', () => {
  it('are equal for equal calls from an equal beginning, and only then', () => {
    const walk = (start: string, calls: readonly string[]): string => calls.reduce(nextState, start);
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (one, two) => {
        const equal = JSON.stringify(one) === JSON.stringify(two);
        assert.equal(walk(firstState('s', ''), one) === walk(firstState('s', ''), two), equal);
        assert.notEqual(walk(firstState('s', ''), one), walk(firstState('t', ''), one));
      }),
    );
  });

  it('are shared by episodes that reuse recordings, at their first attempt, of servers that start anew', () => {
    const salt = (more: Partial<Parameters<typeof stateSalt>[0]>): string =>
      stateSalt({ recordings: 'reuse', reach: 'stdio', episode: 'episode-1', attempt: 0, ...more });

    assert.equal(salt({}), '');
    assert.equal(salt({ recordings: 'only' }), '');
    assert.equal(salt({ recordings: 'fresh' }), 'episode-1/0');
    assert.equal(salt({ reach: 'http' }), 'episode-1/0');
    assert.equal(salt({ attempt: 1 }), 'episode-1/1');
  });

  it('know the first ones of an episode', () => {
    const known = (state: string): boolean => isFirstState(state, { server: 's', episode: 'e' });

    assert.equal(known(firstState('s', '')), true);
    assert.equal(known(firstState('s', 'e/4')), true);
    assert.equal(known(firstState('s', 'f/0')), false);
    assert.equal(known(nextState(firstState('s', ''), 'r')), false);
  });
});
