import assert from 'node:assert/strict';
import type { Kill } from '../../scripts/drill/disturb.ts';
import type { Harvest } from '../../scripts/drill/one-run.ts';
import { type Evidence, judge } from '../../scripts/drill/promises.ts';

const harvest = (more: Partial<Harvest> = {}): Harvest => ({
  seconds: 1,
  status: 'completed',
  calls: [{ hash: 'a', at: 1_300 }],
  items: [{ id: 'q1', kind: 'question', outcome: 'ok' }],
  files: { 'astra-rl.jsonl': '11' },
  findings: [],
  exchanges: [{ hash: 'a', prompt: 'environment/tool-call', askedAt: 1_000, answeredAt: 1_250 }],
  ...more,
});
const kill: Kill = { part: 'worker', at: 1_100, calls: 0, awaySeconds: 1, recoverySeconds: 2 };

const broken = (more: Partial<Evidence>): readonly string[] => {
  const evidence = { undisturbed: harvest(), disturbed: harvest(), kills: [kill], planned: 1, latencyMs: 250, ...more };
  return judge(evidence).promises.flatMap(({ kept, promise }) => (kept ? [] : [promise]));
};

describe('the promises of a drill', () => {
  it('hold for two runs that are alike', () => {
    assert.deepEqual(broken({}), []);
  });

  const asked = { hash: 'a', prompt: 'environment/tool-call', askedAt: 1_000, answeredAt: null };
  const again = { ...asked, askedAt: 60_000, answeredAt: 60_250 };
  const cases: readonly (readonly [string, Partial<Harvest>])[] = [
    ['both runs complete', { status: 'failed' }],
    ['same bytes', { files: { 'astra-rl.jsonl': '12' } }],
    ['same bytes', { files: {} }],
    ['items end alike', { items: [{ id: 'q1', kind: 'question', outcome: 'rejected:x' }] }],
    ['items end alike', { items: [] }],
    ['the audit finds nothing', { findings: ['ledger drill: off'] }],
    ['disturbed: every request is on record', { exchanges: [] }],
    [
      'disturbed: no recorded answer is asked for again',
      { exchanges: [asked, { ...again, askedAt: 1_400, answeredAt: 1_500 }] },
    ],
  ];
  for (const [promise, more] of cases) {
    it(`name "${promise}" when ${JSON.stringify(more).slice(0, 60)} was found`, () => {
      assert.deepEqual(broken({ disturbed: harvest(more) }), [promise]);
    });
  }

  it('name an open item and the item that differs by it', () => {
    const items = [{ id: 'q1', kind: 'question', outcome: 'open' }];
    assert.deepEqual(broken({ disturbed: harvest({ items }) }), ['items end alike', 'no item stays open']);
  });

  it('excuse a repeat by a kill while it was in flight, and by nothing else', () => {
    const disturbed = harvest({ exchanges: [asked, again], calls: [{ hash: 'a', at: 60_300 }] });
    assert.deepEqual(broken({ disturbed }), []);
    const late = { ...kill, at: 30_000 };
    assert.deepEqual(broken({ disturbed, kills: [late] }), ['disturbed: repeats were in flight at a kill']);
  });

  it('want the same calls on record, and every kill inside the run', () => {
    const more = { hash: 'b', at: 1_300 };
    const exchange = { hash: 'b', prompt: 'environment/tool-call', askedAt: 1_000, answeredAt: 1_250 };
    const disturbed = harvest({ calls: [...harvest().calls, more], exchanges: [...harvest().exchanges, exchange] });
    assert.deepEqual(broken({ disturbed }), ['the same calls are recorded']);
    assert.deepEqual(broken({ planned: 2 }), ['every kill hits the run']);
  });
});
