import assert from 'node:assert/strict';
import { longestObservation, readTurn, refusalText, shownObservation } from '../../../src/domain/rl/tool-text.ts';

describe('the text of a turn', () => {
  it('is read as words and calls', () => {
    const text = 'Let me see. <tool_call>{"name": "age", "arguments": {"person": "Bel"}}</tool_call>';

    assert.deepEqual(readTurn(text), {
      content: 'Let me see.',
      calls: [{ ok: true, name: 'age', arguments: { person: 'Bel' } }],
    });
  });

  it('keeps all calls of a turn in their order', () => {
    const one = (name: string): string => `<tool_call>{"name": "${name}", "arguments": {}}</tool_call>`;

    assert.deepEqual(
      readTurn(one('a') + one('b')).calls.map((call) => call.ok && call.name),
      ['a', 'b'],
    );
  });

  it('counts what does not parse as a call as well, with the reason', () => {
    const problems = [
      '<tool_call>{"name": "age"',
      '<tool_call>nothing</tool_call>',
      '<tool_call>{"arguments": {}}</tool_call>',
      '<tool_call>{"name": "age", "arguments": "Bel"}</tool_call>',
    ].map((text) => readTurn(text).calls.map((call) => (call.ok ? 'read' : call.problem)));

    assert.deepEqual(problems, [
      ['</tool_call> is missing'],
      ['it is no JSON'],
      ['it has no "name"'],
      ['its "arguments" are no object'],
    ]);
  });

  it('has no calls when it only answers', () => {
    assert.deepEqual(readTurn('Answer: 12'), { content: 'Answer: 12', calls: [] });
  });

  it('is answered by a sentence that says what is wrong', () => {
    assert.equal(refusalText({ ok: true, name: 'age', arguments: {} }), 'error: there is no tool age');
    assert.equal(
      refusalText({ ok: false, text: '', problem: 'it is no JSON' }),
      'error: the call cannot be read: it is no JSON',
    );
  });

  it('shows long observations cut, and says how much is missing', () => {
    const shown = shownObservation('x'.repeat(longestObservation + 7));

    assert.equal(shown.endsWith('… (7 more characters)'), true);
    assert.equal(shownObservation('short'), 'short');
  });
});
