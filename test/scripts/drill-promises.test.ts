import assert from 'node:assert/strict';
import type { Kill } from '../../scripts/drill/disturb.ts';
import type { Harvest } from '../../scripts/drill/one-run.ts';
import { type Evidence, judge } from '../../scripts/drill/promises.ts';
import type { Training } from '../../scripts/drill/training.ts';

const harvest = (more: Partial<Harvest> = {}): Harvest => ({
  seconds: 1,
  status: 'completed',
  records: 1,
  calls: [{ hash: 'a', at: 1_300 }],
  items: [{ id: 'q1', kind: 'question', outcome: 'ok' }],
  files: { 'astra-rl.jsonl': '11' },
  findings: [],
  exchanges: [{ hash: 'a', prompt: 'environment/tool-call', askedAt: 1_000, answeredAt: 1_250 }],
  begun: {},
  training: undefined,
  ...more,
});
const kill: Kill = { part: 'worker', at: 1_100, phase: 'environments', records: 0, awaySeconds: 1, recoverySeconds: 2 };

const broken = (more: Partial<Evidence>): readonly string[] => {
  const alike = { undisturbed: harvest(), disturbed: harvest(), kills: [kill], planned: 1, latencyMs: 250 };
  const evidence = { ...alike, steps: 0, trains: false, ...more };
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

const trained = (more: Partial<Training> = {}): Training => ({
  checkpoints: { sft: '{"manifest":"m0"}', 'step-1': '{"manifest":"m1"}', 'step-2': '{"manifest":"m2"}' },
  last: 'm2',
  steps: [
    { step: 1, manifest: 'm1', parent: 'm0' },
    { step: 2, manifest: 'm2', parent: 'm1' },
  ],
  stepRows: { 'step 1': '{"batch":"b1"}', 'step 2': '{"batch":"b2"}' },
  groups: { 'group 0 of drill-v0': '{"rewards":[0,1]}' },
  jobs: [{ key: 'sft/drill', job: 'ftjob-1', metrics: '[]' }],
  evaluations: { 'm2 greedy s': '{"f1":0.5}' },
  made: { 'drill-1': [1, 2] },
  curves: { 'jobs/ftjob-1/events.jsonl': '{"step":1}' },
  files: { 'runs/drill-1/step-2/model.safetensors': 'aa' },
  ...more,
});

describe('the promises of a drill over training', () => {
  const brokenBy = (more: Partial<Training>): readonly string[] =>
    broken({
      undisturbed: harvest({ training: trained() }),
      disturbed: harvest({ training: trained(more) }),
      steps: 2,
      trains: true,
    });

  it('hold for two runs that are alike', () => {
    assert.deepEqual(brokenBy({}), []);
  });

  it('name runs that trained nothing', () => {
    assert.deepEqual(broken({ steps: 2, trains: true }), ['both runs train']);
  });

  const [first, second] = trained().steps;
  const cases: readonly (readonly [string, Partial<Training>])[] = [
    ['the last weights are the same', { last: 'm9' }],
    [
      'every checkpoint has the same hash',
      { checkpoints: { ...trained().checkpoints, 'step-2': '{"manifest":"m9"}' } },
    ],
    ['disturbed: every step once', { steps: first === undefined ? [] : [first] }],
    ['disturbed: every step once', { steps: [...trained().steps, ...(second === undefined ? [] : [second])] }],
    ['disturbed: every step once', { steps: trained().steps.map((step) => ({ ...step, parent: 'm0' })) }],
    ['disturbed: every step once', { steps: trained().steps.map((step) => ({ ...step, parent: 'm1' })) }],
    ['disturbed: every step once', { made: { 'drill-1': [1] } }],
    ['disturbed: every step once', { made: { 'drill-1': [1, 2], 'drill-2': [1, 2] } }],
    ['disturbed: one SFT job per key', { jobs: [] }],
    ['steps have the same batches and measures', { stepRows: { ...trained().stepRows, 'step 2': '{"batch":"b9"}' } }],
    ['groups have the same rollouts and rewards', { groups: {} }],
    ['SFT has the same curve', { jobs: [{ key: 'sft/drill', job: 'ftjob-1', metrics: '[1]' }] }],
    ['SFT has the same curve', { curves: { 'jobs/ftjob-1/events.jsonl': '{"step":1}\n{"step":1}' } }],
    ['policies are measured alike', { evaluations: { 'm2 greedy s': '{"f1":0.6}' } }],
    [
      'the trainer has the same files, and none half written',
      { files: { ...trained().files, 'runs/.tmp-1': 'left over' } },
    ],
  ];
  for (const [promise, more] of cases) {
    it(`name "${promise}" when ${JSON.stringify(more).slice(0, 60)} was found`, () => {
      assert.ok(brokenBy(more).includes(promise), brokenBy(more).join());
    });
  }

  it('name a job that was made twice', () => {
    const curves = { ...trained().curves, 'jobs/ftjob-2/events.jsonl': '' };
    assert.deepEqual(brokenBy({ curves }), ['disturbed: one SFT job per key', 'SFT has the same curve']);
  });
});
