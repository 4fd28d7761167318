import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { eventually } from '../support/eventually.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const file = 'examples/trajectories.jsonl';
const admitted = ['good', 'asks-back', 'wasteful', 'invented'];

const rowsOf = (document: JsonObject): readonly Json[] => {
  const rows = document['rows'];
  assert.ok(Array.isArray(rows));
  return rows;
};

/** Id, outcome and overall score of the rows that judges were asked about. */
const judged = (document: JsonObject): readonly (readonly (Json | undefined)[])[] =>
  rowsOf(document)
    .map((row) => [at(row, 'id'), at(row, 'outcome'), at(row, 'overall')] as const)
    .filter(([id]) => admitted.includes(String(id)));

describe('astra judge trajectories', function () {
  this.timeout(120_000);
  let stack: EmbeddedStack;
  let seed = 0;
  /** Another seed asks anew. */
  const settings = (): string =>
    stack.config('judges.yaml', {
      seed: (seed += 1),
      environments: { sources: [{ mode: 'domain', domain: 'tides' }] },
    });
  const judge = (config: string, ...more: string[]): Promise<JsonObject> =>
    stack.json('judge', 'trajectories', file, '--config', config, ...more);

  before(async () => {
    stack = embeddedStack('judges');
    await stack.up();
  });
  after(() => stack.remove());
  beforeEach(() => stack.teach({ faults: '' }));

  it('scores what can be judged, refuses the rest by name, and repeats cost nothing', async () => {
    const config = settings();
    const first = await judge(config);
    assert.deepEqual(
      rowsOf(first).map((row) => [at(row, 'id'), at(row, 'outcome'), at(row, 'coverage', 'scored') ?? null]),
      [
        ['good', 'ok', 7],
        ['asks-back', 'ok', 3],
        ['wasteful', 'ok', 7],
        ['invented', 'ok', 5],
        ['by-heart', 'rejected:no_tool_call', null],
        ['torn', 'rejected:unanswered_call', null],
      ],
    );
    assert.equal(first['teacher'], 'offline teacher (stand-in, no model)');
    const { answered } = await stack.asked();
    assert.deepEqual(await judge(config), first);
    assert.equal((await stack.asked()).answered, answered);
  });

  for (const fault of ['prose', 'out-of-range', 'missing-key', 'empty'])
    it(`gives no score when the judges answer by ${fault} (probes 1, 2, 19)`, async () => {
      await stack.teach({ faults: fault });
      for (const [id, outcome, overall] of judged(await judge(settings()))) {
        assert.match(String(outcome), /^quarantined:trajectory\/judge-/, String(id));
        assert.equal(overall, null);
      }
    });

  it('takes numerals in strings for their numbers, "0.0" for 0 (probe 3)', async () => {
    await stack.teach({ faults: 'string-numbers' });
    const said = judged(await judge(settings()));
    assert.deepEqual(
      said.map(([id, outcome]) => [id, outcome]),
      admitted.map((id) => [id, 'ok']),
    );
    // The stand-in's judges differ a little from seed to seed: what is sure is which conversation is the better one.
    const [good, , , invented] = said.map(([, , overall]) => Number(overall));
    assert.ok(Number(good) > Number(invented), JSON.stringify(said));
    assert.ok(Number(invented) > 0 && Number(good) <= 1, JSON.stringify(said));
  });

  it('waits for an endpoint that is away, and judges when it is back', async () => {
    await stack.teach({ faults: '503;first=50' });
    const unanswered = async (): Promise<number> => {
      const { asked, answered } = await stack.asked();
      return asked - answered;
    };
    const before = await unanswered();
    const waiting = judge(settings());
    await eventually('the endpoint refused a judge', unanswered, (count) => count > before + 2);
    await stack.teach({ faults: '' });
    assert.deepEqual(
      judged(await waiting).map(([, outcome]) => outcome),
      ['ok', 'ok', 'ok', 'ok'],
    );
  });

  it('says with two judges how far they agree, and keeps the verdicts of the first', async () => {
    const document = await judge(settings(), '--repeats', '2');
    assert.equal(at(document, 'agreement', 'all', 'pairs'), 22);
    assert.equal(at(document, 'agreement', 'tool_concise', 'pairs'), 3);
    assert.equal(at(document, 'agreement', 'all', 'missing'), 0);
  });

  it('ends with 2 for a number of judges that is neither 1 nor 2', async () => {
    const { code, stderr } = await stack.astra('judge', 'trajectories', file, '--repeats', '3');
    assert.equal(code, 2);
    assert.match(stderr, /--repeats: got 3; expected 1 or 2/);
  });
});
