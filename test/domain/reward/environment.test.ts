import assert from 'node:assert/strict';
import { readEnvironment } from '../../../src/domain/environment/import.ts';
import type { Json } from '../../../src/domain/json.ts';
import { type RewardReading, rewardEnvironment } from '../../../src/domain/reward/environment.ts';

const document = (name: string): Json => ({
  name,
  description: 'A tool.',
  parameters: { type: 'object', properties: {} },
});
const node = (id: number, answer: Json, ...[name, code = 'def f(): ...']: readonly [string | null, string?]): Json => ({
  id,
  sub_question: `Question ${id}?`,
  answer,
  dependencies: [],
  tool: name === null ? null : { document: document(name), call: { name, arguments: {} }, code },
});

function read(row: Json): RewardReading {
  const found = readEnvironment(row, 1);
  assert.ok(found.ok);
  return rewardEnvironment(found.environment);
}

const candidate = (...nodes: readonly Json[]): RewardReading => read({ id: 'world', question: 'q?', nodes });

describe('an environment for scoring', () => {
  it('owes one answer per node with a tool; a merged tool owes those of all its nodes', () => {
    const made = candidate(node(1, '11', 'a'), node(2, 22, 'a'), node(3, 'x', null), node(4, '33', 'b'));
    assert.ok(made.ok);
    assert.deepEqual(
      [...made.environment.tools.values()].map(({ name, golds }) => [name, golds.map(({ text }) => text)]),
      [
        ['a', ['11', '22']],
        ['b', ['33']],
      ],
    );
  });

  it('keeps irrelevant tools of an ASTRA-RL row, and needs no gold calls of it', () => {
    const made = read({
      id: 'rl',
      prompt: [{ role: 'user', content: 'q?' }],
      tool_schema: [{ function: document('a') }, { function: document('spare') }],
      tool_dict: { a: 'def a(): ...', spare: 'def spare(): ...' },
      sub_qa_dict: { a: ['11', '22'] },
    });
    assert.ok(made.ok);
    assert.equal(made.environment.comparison, 'value_or_text');
    assert.deepEqual(
      [...made.environment.tools.values()].map(({ name, golds }) => [name, golds.length]),
      [
        ['a', 2],
        ['spare', 0],
      ],
    );
  });

  it('is refused when two tools have one name (probe 24), or when a gold tool has no code', () => {
    assert.deepEqual(candidate(node(1, '11', 'a'), node(2, '22', 'a', 'def g(): ...')), {
      ok: false,
      detail: 'unique_names: two different tools have the name a',
    });
    const lacking = read({
      prompt: [{ role: 'user', content: 'q?' }],
      tool_schema: [{ function: document('a') }],
      tool_dict: {},
      sub_qa_dict: { a: ['11'] },
    });
    assert.deepEqual(lacking, { ok: false, detail: 'tools: the gold tool a has no schema or no code' });
  });

  it('is refused when an answer is empty (probe 15)', () => {
    const made = candidate(node(1, ' ', 'a'));
    assert.match(made.ok ? '' : made.detail, /^the answer of node 1 cannot be compared: empty_answer: /);
  });
});
