import assert from 'node:assert/strict';
import { findings, type Harvest } from '../../../infra/small-model/findings.ts';

type Counts = Harvest['report']['counts'];

const good: Counts = {
  question: { ok: 2, 'quarantined:decomposition/decompose': 27, 'failed:Provider.ContextTooLong': 1 },
  instance: { 'rejected:no_nodes_left': 1, 'rejected:cycle': 1 },
};

function harvest(changes: {
  counts?: Counts;
  status?: string;
  found?: boolean;
  emitted?: boolean[];
  replayed?: number;
}) {
  const rows = (changes.emitted ?? []).map((accepted, index) => ({ id: `env-${index}`, accepted }));
  const accepted = rows.filter((row) => row.accepted).length;
  return {
    report: {
      run: 'garbage',
      status: changes.status ?? 'completed',
      note: 'a note',
      elapsedSeconds: 1,
      counts: changes.counts ?? good,
      spend: { calls: 1, promptTokens: 1, completionTokens: 1 },
    },
    audit: {
      environments: { replayed: changes.replayed ?? rows.length },
      findings: changes.found === true ? [{ part: 'ids', id: 'inst-1', detail: 'differs' }] : [],
    },
    verify: rows.length === 0 ? null : { accepted, rejected: rows.length - accepted, rows },
  };
}

describe('what a run with a model that knows nothing must look like', () => {
  it('is in order when every item ended by name and only a prompt was too long', () => {
    assert.deepEqual(findings(harvest({})), []);
    assert.deepEqual(findings(harvest({ emitted: [true] })), []);
  });

  const wrong: [string, Parameters<typeof harvest>[0], string][] = [
    ['a run that did not end well', { status: 'failed' }, 'the run ended as failed: a note'],
    ['an item that never ended', { counts: { question: { open: 3 }, instance: {} } }, '3 questions: never ended'],
    [
      'an item that failed for a reason of ours',
      { counts: { question: {}, instance: { 'failed:Internal.Unexpected': 1 } } },
      "1 instances: failed as Internal.Unexpected: a model's answer is never a reason to fail",
    ],
    [
      'a rejection without a rule',
      { counts: { question: { rejected: 2 }, instance: {} } },
      '2 questions: rejected without the name of a rule',
    ],
    [
      'a rejection by an unknown rule',
      { counts: { question: {}, instance: { 'rejected:unknown': 1 } } },
      '1 instances: rejected without the name of a rule',
    ],
    ['what the audit found', { found: true }, 'audit, ids: inst-1: differs'],
    [
      'an environment that should not have been kept',
      { emitted: [true, false] },
      'environment env-1 was emitted and is refused when it is verified again',
    ],
    ['an environment that nobody verified again', { replayed: 1 }, 'not every environment was verified again'],
  ];
  for (const [title, changes, finding] of wrong) {
    it(`names ${title}`, () => assert.deepEqual(findings(harvest(changes)), [finding]));
  }
});
