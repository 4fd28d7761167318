import assert from 'node:assert/strict';
import { createProofTools } from '../../../src/activities/proof/activities.ts';
import { type Acceptance, type ProofTools, runAcceptance } from '../../../src/activities/proof/run-acceptance.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { feedbackOf } from '../../../src/domain/environment/acceptance.ts';
import type { ToolCandidate } from '../../../src/domain/environment/schema.ts';
import { goldOf, populationCandidate, populationDocument, toolCode } from '../../support/python-tools.ts';

describe('the nine acceptance rules on real Python', () => {
  let sandbox: OwnedSandbox;
  let tools: ProofTools;
  const prove = (changes: Partial<ToolCandidate>): Promise<Acceptance> =>
    runAcceptance(tools, populationCandidate(changes));
  const failedRules = (verdict: Acceptance): string[] =>
    verdict.results.filter((rule) => !rule.ok).map((rule) => rule.rule);

  before(async () => {
    sandbox = await createZygoteSandbox({ size: 2 });
    tools = createProofTools(sandbox);
  });
  after(async () => {
    await sandbox.close();
  });

  it('accepts an honest look-up tool and keeps the evidence of every rule', async () => {
    const verdict = await prove({});
    assert.deepEqual(failedRules(verdict), []);
    assert.equal(verdict.accepted, true);
    assert.deepEqual(
      verdict.results.map((rule) => rule.rule),
      [
        'document',
        'leak',
        'signature',
        'static',
        'gold_call',
        'repeat_run',
        'sensitivity',
        'negatives',
        'module_output',
      ],
    );
    assert.equal(
      verdict.results[4]?.detail,
      'lookup_population returned {"city":"paris","count":2102650}, compared by value',
    );
  });

  it('gives the same verdict again, to the letter', async () => {
    assert.deepEqual((await prove({})).results, (await prove({})).results);
  });

  it('accepts a tool that computes', async () => {
    const verdict = await prove({
      question: 'What is 15 % of 1,240 euros?',
      gold: goldOf('186'),
      document: {
        name: 'percentage_of',
        description: 'Takes a percentage of an amount.',
        parameters: {
          type: 'object',
          properties: { amount: { type: 'number' }, percent: { type: 'number', minimum: 0, maximum: 100 } },
          required: ['amount', 'percent'],
        },
      },
      call: { name: 'percentage_of', arguments: { amount: 1240, percent: 15 } },
      code: `
def percentage_of(amount, percent):
    for value in (amount, percent):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError("amount and percent must be numbers")
    if not 0 <= percent <= 100:
        raise ValueError("percent must lie between 0 and 100")
    return {"share": round(amount * percent / 100, 2)}
`,
    });
    assert.deepEqual(failedRules(verdict), []);
  });

  const refused: readonly { title: string; rules: string[]; changes: Partial<ToolCandidate> }[] = [
    {
      title: 'a constant function, which also answers for an unknown city (probe 14)',
      rules: ['sensitivity', 'negatives'],
      changes: {
        code: toolCode({
          table: '\nPOPULATION = {"paris": 2102650}\n',
          checks: `
    if not isinstance(city, str) or unit not in ("people", "thousands"):
        raise TypeError("bad input")
`,
          result: '\n    return {"count": POPULATION["paris"], "city": city}\n',
        }),
      },
    },
    {
      title: 'a table with one entry: nothing shows that its tool reads its arguments',
      rules: ['sensitivity'],
      changes: { code: toolCode({ table: '\nPOPULATION = {"paris": 2102650}\n' }) },
    },
    {
      title: 'an answer that is a literal in the function',
      rules: ['static'],
      changes: {
        code: toolCode({
          result: `
    if key == "paris":
        return {"count": 2102650}
    return {"count": POPULATION[key] if unit == "people" else 0}
`,
        }),
      },
    },
    {
      title: 'a printed answer',
      rules: ['static', 'gold_call', 'sensitivity'],
      changes: { code: toolCode({ result: '\n    print(POPULATION[key], unit)\n    return None\n' }) },
    },
    {
      title: 'a module that prints',
      rules: ['static', 'module_output'],
      changes: { code: toolCode({ before: 'print(2102650)\n' }) },
    },
    {
      title: 'a parameter that is ignored, also when its value is not allowed',
      rules: ['static', 'negatives'],
      changes: {
        code: toolCode({
          checks: `
    if not isinstance(city, str):
        raise TypeError("city must be text")
    _ = unit
    key = city.strip().lower()
    if key not in POPULATION:
        raise KeyError("no such city")
`,
          result: '\n    return {"count": POPULATION[key]}\n',
        }),
      },
    },
    {
      title: 'a result in the order of a set',
      rules: ['repeat_run'],
      changes: {
        code: toolCode({
          result: `
    names = list({name for name in POPULATION})
    return {"count": POPULATION[key] if unit == "people" else 0, "names": names}
`,
        }),
      },
    },
    {
      title: 'a result that shows the clock',
      rules: ['static', 'repeat_run'],
      changes: {
        code: toolCode({
          before: 'import datetime\n',
          result: `
    at = datetime.datetime.now().isoformat()
    return {"count": POPULATION[key] if unit == "people" else 0, "at": at}
`,
        }),
      },
    },
    {
      title: 'forbidden imports',
      rules: ['static'],
      changes: { code: toolCode({ before: 'import os\nfrom random import choice\n' }) },
    },
    {
      title: 'state that is kept between calls, which a fresh process hides',
      rules: ['static'],
      changes: {
        code: toolCode({
          before: 'SEEN = []\n',
          checks: `
    SEEN.append(1)
    if not isinstance(city, str):
        raise TypeError("city must be text")
    if unit not in ("people", "thousands"):
        raise ValueError("unit must be people or thousands")
    key = city.strip().lower()
    if key not in POPULATION:
        raise KeyError("no such city")
`,
        }),
      },
    },
    {
      title: 'a default that differs from the document',
      rules: ['signature'],
      changes: {
        code: toolCode({
          head: 'def lookup_population(city, unit="thousands"):',
          result: `
    count = POPULATION[key]
    return {"city": key, "count": count if unit != "people" else count}
`,
        }),
      },
    },
    {
      title: 'a required parameter with a default: leaving it out gives an answer',
      rules: ['signature', 'negatives'],
      changes: { code: toolCode({ head: 'def lookup_population(city="paris", unit="people"):' }) },
    },
    {
      title: 'a tool that falls back instead of refusing',
      rules: ['negatives'],
      changes: {
        code: toolCode({
          checks: '\n    key = str(city).strip().lower()\n    if key not in POPULATION:\n        key = "paris"\n',
        }),
      },
    },
    {
      title: 'an error that is a slip of the code',
      rules: ['negatives'],
      changes: {
        code: toolCode({
          checks:
            '\n    key = city.strip().lower()\n    if unit not in ("people", "thousands"):\n        raise ValueError("bad unit")\n    if key not in POPULATION:\n        raise KeyError("no such city")\n',
        }),
      },
    },
    {
      title: 'a wrong answer, and "2" inside "x25y" is no match (probe 15)',
      rules: ['gold_call'],
      changes: {
        gold: goldOf('2'),
        code: toolCode({ result: '\n    return {"code": "x25y", "city": key, "unit": unit}\n' }),
      },
    },
    {
      title: 'a call whose values stand nowhere in the question',
      rules: ['signature'],
      changes: { question: 'How many people live in the French capital?' },
    },
    {
      title: 'a source that does not parse',
      rules: ['signature', 'static', 'gold_call', 'repeat_run', 'sensitivity', 'negatives', 'module_output'],
      changes: { code: 'def lookup_population(city:\n' },
    },
    {
      title: 'a function that never ends',
      rules: ['gold_call', 'sensitivity', 'negatives'],
      changes: { code: toolCode({ result: '\n    while unit:\n        pass\n' }) },
    },
    {
      title: 'a leaking document and a draft that is not kept',
      rules: ['document', 'leak'],
      changes: {
        draft: {
          ...populationDocument,
          parameters: {
            ...populationDocument.parameters,
            properties: { ...populationDocument.parameters.properties, year: { type: 'integer' } },
          },
        },
        document: { ...populationDocument, description: 'Population of a city, for example 2102650.' },
      },
    },
  ];

  for (const { title, rules, changes } of refused) {
    it(`refuses ${title}`, async () => {
      assert.deepEqual(failedRules(await prove(changes)), rules);
    });
  }

  it('accepts "1,234,567" for the number 1234567 (probe 17)', async () => {
    const code = toolCode({}).replace('2102650', '1234567');
    assert.deepEqual(failedRules(await prove({ gold: goldOf('1,234,567'), code })), []);
  });

  it('tells the implementation writer nothing of the call', async () => {
    const code = toolCode({ checks: '\n    raise ValueError("no entry for " + city + unit)\n', result: '' });
    const { implementation } = feedbackOf((await prove({ code })).findings);
    assert.equal(
      implementation[0],
      'called as the question asks, the function raised ValueError; it must accept every valid input that the question implies',
    );
    assert.doesNotMatch(implementation.join('\n').toLowerCase(), /paris/);
  });

  it('blames the call as well when the tool answers it with an error', async () => {
    const verdict = await prove({ call: { name: 'lookup_population', arguments: { city: 'people live in Paris' } } });
    assert.deepEqual([...new Set(verdict.findings.map((finding) => finding.blame))], ['implementation', 'call']);
  });
});
