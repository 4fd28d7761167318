import assert from 'node:assert/strict';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { promptSpecs } from '../../../src/domain/prompt/registry.ts';
import type { AnyPromptSpec } from '../../../src/domain/prompt/spec.ts';
import { libraryCode, libraryDesign, libraryPlan } from '../../support/stateful-library.ts';

const spec = (id: string): AnyPromptSpec => {
  const found = promptSpecs.find((one) => one.id === id);
  assert.ok(found !== undefined);
  return found;
};
const facts = { design: libraryDesign as unknown as JsonObject };
const problems = (id: string, reply: object, given: JsonObject = facts): string[] => {
  const checked = spec(id).check(reply as Json, given, {});
  return checked.ok ? [] : checked.problems.map(({ rule, detail }) => `${rule}: ${detail}`);
};

describe('what the writers of an environment with state are shown', () => {
  it('is task and world for the plan, the world alone for the module', () => {
    const world = ['initial_state', 'state_schema', 'tools'];

    assert.deepEqual(Object.keys(spec('stateful/plan').inputs(facts, {})).toSorted(), [...world, 'task'].toSorted());
    assert.deepEqual(Object.keys(spec('stateful/implementation').inputs(facts, {})).toSorted(), world);
  });
});

describe('replies of the writers of an environment with state', () => {
  const scenario = { scenario: 'a library', domain: 'books', language: 'en', repeat: 0, provenance: {} };
  const designed = (changes: object): string[] =>
    problems('stateful/design', { ...libraryDesign, ...changes }, { scenario });

  it('are usable when they are honest', () => {
    assert.deepEqual(designed({}), []);
    assert.deepEqual(problems('stateful/plan', libraryPlan), []);
    assert.deepEqual(problems('stateful/implementation', { analysis: '', code: libraryCode() }), []);
  });

  it('of the designer need tools of different names, documented results, and a state of its schema', () => {
    const [lend, extend] = libraryDesign.tools;
    assert.deepEqual(designed({ tools: [lend, lend] }), ['document: two tools are called lend_book']);
    assert.deepEqual(designed({ tools: [lend, { ...extend, returns: {} }] }), [
      'document: extend_loan: "returns" must name the fields of its result',
    ]);
    assert.deepEqual(designed({ initial_state: { ...libraryDesign.initial_state, journal: [] } }), [
      'initial_state: STATE: journal is not a parameter of STATE',
    ]);
  });

  it('of the planner need calls of known tools, references to earlier calls, answers of calls there are', () => {
    const [lend, extend, sum] = libraryPlan.calls;
    const planned = (changes: object): string[] => problems('stateful/plan', { ...libraryPlan, ...changes });
    assert.deepEqual(planned({ calls: [lend, extend, { name: 'burn_book', arguments: {} }] }), [
      'signature: call 3: no tool is called burn_book',
    ]);
    assert.deepEqual(planned({ calls: [extend, lend, sum] }), ['signature: call 1: $1 is no earlier call']);
    assert.deepEqual(
      planned({ calls: [lend, { ...extend, arguments: { loan_id: '$1.loan_id', days: '$1.days' } }, sum] }),
      [],
    );
    assert.deepEqual(planned({ calls: [lend, { ...extend, arguments: { loan_id: 7, days: 9 } }, sum] }), [
      'signature: call 2: loan_id must be of type string',
    ]);
    assert.deepEqual(planned({ goal: [{ path: ['$4.id'], equals: 1 }], answers: [{ call: 9, answer: ' ' }] }), [
      'goal: the goal refers to call 4 of 3',
      'goal: an answer names call 9 of 3',
      'goal: the answer of call 9: the answer is empty',
    ]);
  });

  it('of the programmer need STATE and a function per tool', () => {
    assert.deepEqual(problems('stateful/implementation', { analysis: '', code: 'def lend_book(a):\n    pass\n' }), [
      'signature: the code must define the function extend_loan at its top level',
      'signature: the code must define the function member_days at its top level',
      'static: the code must define STATE at its top level',
    ]);
  });
});
