import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { decompositionPrompts } from '../../../src/domain/decomposition/prompts.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { promptRoles } from '../../../src/domain/prompt/roles.ts';
import type { AnyPromptSpec } from '../../../src/domain/prompt/spec.ts';
import { accepted, itemOf, sourceQuestion, threeNodes } from './examples.ts';

const facts: JsonObject = { instance: accepted(threeNodes) as JsonObject };
const nodes = [
  { id: 1, sub_question: 'What is figure number 1 of Nordlicht Books?', answer: '18.90 EUR', dependencies: [] },
  { id: 2, sub_question: 'What is figure number 2 of Nordlicht Books?', answer: '28.90 EUR', dependencies: [] },
  { id: 3, sub_question: 'What is figure number 3 of Nordlicht Books?', answer: '38.90 EUR', dependencies: [1, 2] },
];

function spec(name: string): AnyPromptSpec {
  const found = decompositionPrompts.find((prompt) => prompt.id === `decomposition/${name}`);
  assert.ok(found);
  return found;
}

function problemsOf(name: string, reply: Json, params: JsonObject = {}): string[] {
  const checked = spec(name).check(reply, facts, params);
  return checked.ok ? [] : checked.problems.map((problem) => problem.detail);
}

function summaryOf(name: string, reply: Json, params: JsonObject = {}): unknown {
  const checked = spec(name).check(reply, facts, params);
  return checked.ok ? checked.summary : checked.problems;
}

describe('the prompts of question decomposition', () => {
  it('are six, each with the role that the queues use and a file that shows exactly its inputs', () => {
    assert.equal(decompositionPrompts.length, 6);
    for (const prompt of decompositionPrompts) {
      assert.equal(prompt.role, Object.entries(promptRoles).find(([id]) => id === prompt.id)?.[1]);
      const file = readFileSync(new URL(`../../../prompts/${prompt.id}.md`, import.meta.url), 'utf8');
      const given: JsonObject =
        prompt.id === 'decomposition/decompose' ? { question: sourceQuestion() as JsonObject } : facts;
      const shown = [...file.matchAll(/^\{\{(\w+)\}\}$/gm)].map((match) => match[1]);
      assert.deepEqual(shown, Object.keys(prompt.inputs(given, { node: 3 })), prompt.id);
      assert.ok(file.includes(`id: ${prompt.id}\n`) && file.includes(`inputs: [${shown.join(', ')}]`), prompt.id);
    }
  });

  it('show the writer the request without provenance, licence or repeat number', () => {
    const question = sourceQuestion({
      mode: 'taxonomy',
      corpus: 'text',
      question: 'q?',
      answer: 5,
      taxonomy: { path: ['a', 'b'], description: 'd', example: 'e' },
      licence: 'MIT',
      repeat: 3,
      provenance: { secret: 1 },
    });
    const request = {
      mode: 'taxonomy',
      domain: 'shopping',
      language: 'en',
      hops: { min: 1, max: 5 },
      corpus: 'text',
      question: 'q?',
      answer: 5,
      taxonomy: { path: ['a', 'b'], description: 'd', example: 'e' },
    };
    assert.deepEqual(spec('decompose').inputs({ question: question as JsonObject }, {}), { request });
    const { example: _, ...masked } = request.taxonomy;
    const bare = sourceQuestion({ taxonomy: masked });
    assert.deepEqual(spec('decompose').inputs({ question: bare as JsonObject }, {}), {
      request: { mode: 'domain', domain: 'shopping', language: 'en', hops: { min: 1, max: 5 }, taxonomy: masked },
    });
  });

  it('take any non-empty list of items from the writer, and judge none of them here', () => {
    const check = (reply: Json) => spec('decompose').check(reply, { question: sourceQuestion() as JsonObject }, {});
    const mixed = check({ decompositions: [5, { anything: true }, itemOf([[1, []]]) as JsonObject] });
    assert.deepEqual(mixed.ok && mixed.summary, { items: 3 });
    assert.equal(check({ decompositions: [] }).ok, false);
    assert.equal(check([]).ok, false);
  });

  it('show the writer what an item looks like', () => {
    const shown = z.toJSONSchema(spec('decompose').replySchema);
    assert.match(
      JSON.stringify(shown),
      /"items":\{"type":"object","properties":\{"question":.*"sub_question".*"dependencies"/,
    );
  });

  it('show the judges the question and its nodes', () => {
    for (const name of ['necessity', 'atomicity', 'serialization']) {
      assert.deepEqual(spec(name).inputs(facts, {}), { question: threeNodes.question, nodes });
    }
    assert.deepEqual(spec('completeness').inputs(facts, {}), {
      question: threeNodes.question,
      answer: '56.70 EUR',
      nodes,
    });
  });

  it('show the dependency judge one node and the pairs it rests on, without its own answer', () => {
    assert.deepEqual(spec('dependency').inputs(facts, { node: 3 }), {
      sub_question: { id: 3, sub_question: nodes[2]?.sub_question },
      references: nodes.slice(0, 2).map(({ id, sub_question, answer }) => ({ id, question: sub_question, answer })),
    });
    assert.throws(() => spec('dependency').inputs(facts, { node: 9 }), /has no node 9: expected one of 1, 2, 3/);
  });

  for (const [name, field] of [
    ['necessity', 'needs_tool'],
    ['atomicity', 'atomic'],
  ] as const) {
    const reply = (ids: number[], value: Json = true): Json => ({
      nodes: ids.map((id) => ({ id, [field]: value, reason: 'r' })),
    });

    it(`want one entry per node from the ${name} judge`, () => {
      assert.deepEqual(problemsOf(name, reply([1, 2, 3])), []);
      assert.deepEqual(problemsOf(name, reply([1, 3])), ['"nodes" leaves out ids 2: expected one entry per node']);
      assert.deepEqual(problemsOf(name, reply([1, 2, 3, 3, 8])), [
        '"nodes" names unknown ids 8: expected ids among 1, 2, 3',
        '"nodes" has more than one entry for ids 3',
      ]);
    });

    it(`take no text for a truth value from the ${name} judge`, () => {
      assert.match(problemsOf(name, reply([1, 2, 3], 'false'))[0] ?? '', /expected boolean, received string/);
    });
  } // prettier-ignore

  it('refuse unknown ids from the other judges', () => {
    const dependency = { reason: 'r', missing: [], useless: [3] };
    assert.deepEqual(problemsOf('dependency', dependency, { node: 3 }), [
      '"useless" names unknown ids 3: expected ids among 1, 2',
    ]);
    assert.equal(problemsOf('serialization', { reason: 'r', problematic: [0, 0] }).length, 1);
    assert.equal(
      problemsOf('completeness', { requirements: [{ requirement: 'x', covered_by: [4] }], reason: 'r' }).length,
      1,
    );
  });

  it('summarise replies in a few numbers', () => {
    const flags = (field: string): Json => ({ nodes: [1, 2, 3].map((id) => ({ id, [field]: id < 3, reason: 'r' })) });
    assert.deepEqual(summaryOf('necessity', flags('needs_tool')), { tools: 2 });
    assert.deepEqual(summaryOf('atomicity', flags('atomic')), { atomic: 2 });
    assert.deepEqual(summaryOf('dependency', { reason: 'r', missing: ['x'], useless: [] }, { node: 3 }), {
      missing: 1,
      useless: 0,
    });
    assert.deepEqual(summaryOf('serialization', { reason: 'r', problematic: [2] }), { problematic: 1 });
    const requirements = [
      { requirement: 'x', covered_by: [1] },
      { requirement: 'y', covered_by: [] },
    ]; // prettier-ignore
    assert.deepEqual(summaryOf('completeness', { requirements, reason: 'r' }), { requirements: 2, missing: 1 });
  });
});
