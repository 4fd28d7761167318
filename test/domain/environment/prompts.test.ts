import assert from 'node:assert/strict';
import { environmentPrompts } from '../../../src/domain/environment/prompts.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { CheckedReply } from '../../../src/domain/prompt/spec.ts';
import { cities, difference } from '../../support/proven-tools.ts';
import { populationCode, populationDocument } from '../../support/python-tools.ts';

// The stored instance and documents are JSON; their types only spell that another way.
const instance = cities as unknown as Json;
const tool = populationDocument as unknown as JsonObject;
const document = { analysis: 'a', tool };
const subtract = { analysis: 'a', tool: difference.document as unknown as Json };

function spec(id: string): (typeof environmentPrompts)[number] {
  const found = environmentPrompts.find((prompt) => prompt.id === `environment/${id}`);
  assert.ok(found);
  return found;
}

function rulesOf(checked: CheckedReply): string[] {
  return checked.ok ? [] : checked.problems.map((problem) => problem.rule);
}

describe('the prompts of the environment stage', () => {
  it('show a node with what it rests on, and never its answer or a call to those who must not see them', () => {
    const shown = spec('tool-document').inputs({ instance }, { node: 3 });
    assert.deepEqual(shown, {
      question: {
        question: 'How much larger is the first number than the second?',
        known: [
          { question: 'How many people live in Paris?', answer: '2102650' },
          { question: 'How many people live in Lyon?', answer: '522250' },
        ],
      },
    });
    const call = spec('tool-call').inputs({ instance, document: subtract }, { node: 3 });
    assert.deepEqual(Object.keys(call), ['question', 'tool']);
    assert.doesNotMatch(JSON.stringify([shown, call]), /1580400/);
  });

  it('show the implementation writer the answer and the tool, and drop whatever else the facts hold', () => {
    const facts = { instance, document: subtract, call: { name: 'subtract', arguments: { first: 2102650 } } };
    const shown = spec('tool-implementation').inputs(facts, { node: 3 });
    assert.deepEqual(Object.keys(shown), ['question', 'answer', 'tool']);
    assert.deepEqual(shown['answer'], { text: '1580400', type: 'number' });
    assert.doesNotMatch(JSON.stringify(shown), /arguments/);
  });

  it('show the merge writer all cases and the code, not the calls', () => {
    const base = { code: populationCode, cases: [{ call: { arguments: { city: 'secret' } } }] };
    const shown = spec('merge-implementation').inputs({ instance, document, base }, { nodes: [1, 2] });
    assert.deepEqual(Object.keys(shown), ['tool', 'code', 'cases']);
    assert.doesNotMatch(JSON.stringify(shown), /secret/);
  });

  it('refuse a document that leaks or is broken, naming the rule', () => {
    const check = (changed: JsonObject): CheckedReply =>
      spec('tool-document').check({ analysis: 'a', tool: { ...tool, ...changed } }, { instance }, { node: 1 });
    assert.deepEqual(rulesOf(check({})), []);
    assert.deepEqual(rulesOf(check({ description: 'Such as 2,102,650.' })), ['leak']);
    assert.deepEqual(rulesOf(check({ name: 'x' })), ['document']);
    assert.deepEqual(rulesOf(check({ parameters: { type: 'array' } })), ['schema_invalid', 'schema_invalid']);
  });

  it('refuse a scaled document that breaks its draft', () => {
    const scaled = { ...tool, name: 'other_name' };
    const checked = spec('tool-complexity').check({ analysis: 'a', tool: scaled }, { instance, document }, { node: 1 });
    assert.deepEqual(rulesOf(checked), ['document']);
  });

  it('refuse a call that does not fit its document, and take null for an answer', () => {
    const check = (call: Json): CheckedReply =>
      spec('tool-call').check({ analysis: 'a', call }, { instance, document }, { node: 1 });
    assert.deepEqual(rulesOf(check({ name: 'lookup_population', arguments: { city: 'Paris' } })), []);
    assert.deepEqual(rulesOf(check({ name: 'other', arguments: { city: 1, x: 2 } })), [
      'signature',
      'signature',
      'signature',
    ]);
    const none = check(null);
    assert.deepEqual(none.ok && none.summary, { served: false });
  });

  it('refuse clusters that are no partition of the nodes shown', () => {
    const cluster = (ids: number[]): Json => ({ intent: 'i', ids, reason: 'r' });
    const check = (clusters: Json): CheckedReply =>
      spec('intent-clusters').check({ clusters }, { instance }, { nodes: [1, 2] });
    const good = check([cluster([1, 2])]);
    assert.deepEqual(good.ok && good.summary, { clusters: [{ intent: 'i', ids: [1, 2] }] });
    assert.deepEqual(rulesOf(check([cluster([1])])), ['partition']);
    assert.deepEqual(rulesOf(check([cluster([1, 2]), cluster([3])])), ['partition']);
  });

  it('refuse code in Markdown fences or without the function', () => {
    const check = (code: string): CheckedReply =>
      spec('tool-implementation').check({ analysis: 'a', code }, { instance, document }, { node: 1 });
    assert.deepEqual(rulesOf(check(populationCode)), []);
    assert.deepEqual(rulesOf(check('```python\nx\n```')), ['static']);
    assert.deepEqual(rulesOf(check('def other():\n    pass\n')), ['signature']);
  });
});
