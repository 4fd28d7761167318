import assert from 'node:assert/strict';
import { populationCode, toolCode } from '../support/python-tools.ts';
import { environment, type Judged, toolNode, verify } from './rows.ts';

const paris = { question: 'How many people live in Paris?', answer: 2102650, city: 'Paris' };
const lyon = { question: 'How many people live in Lyon?', answer: 522250, city: 'Lyon' };

const constant =
  'T = {"a": 2102650}\ndef lookup_population(city, unit="people"):\n    return {"n": T["a"], "c": [city, unit]}\n';
const inside = toolCode({ result: '\n    return {"city": key, "code": "x25y", "unit": unit}\n' });
const round = toolCode({ table: '\nPOPULATION = {"paris": 1234567, "lyon": 522250, "nice": 348085}\n' });

/** Two nodes, each with the look-up tool; the code of the second is given. */
const pair = (id: string, second: string): ReturnType<typeof environment> =>
  environment(id, {
    answer: 522250,
    nodes: [toolNode(1, { ...paris, code: populationCode }), toolNode(2, { ...lyon, code: second })],
  });

describe('what the original lets through, in environments', function () {
  this.timeout(60_000);
  let judged: ReadonlyMap<string, Judged>;

  before(async () => {
    const rows = [
      environment('honest'),
      environment('constant', { code: constant }),
      environment('inside', { answer: '2', code: inside }),
      environment('commas', { answer: '1,234,567', code: round }),
      pair('two tools', `${populationCode}\nMORE = [1]\n`),
      pair('one tool', populationCode),
    ];
    judged = new Map((await verify('environments', rows)).map((row) => [row.id, row]));
  });

  const accepted = (id: string): void => assert.deepEqual(judged.get(id), { id, accepted: true, broken: [] });
  const rejected = (id: string, rule: string): void => {
    assert.equal(judged.get(id)?.accepted, false);
    assert.ok(judged.get(id)?.broken.includes(rule), String(judged.get(id)?.broken));
  };

  it('probe 14: a function that answers the same to everything is rejected', () => {
    accepted('honest');
    rejected('constant', 'sensitivity');
  });

  it('probe 15: the answer "2" is not found inside "x25y"', () => rejected('inside', 'gold_call'));

  it('probe 17: "1,234,567" and 1234567 are one number', () => accepted('commas'));

  it('probe 24: two tools of one name are rejected, and one that is used twice is not', () => {
    rejected('two tools', 'unique_names');
    accepted('one tool');
  });
});
