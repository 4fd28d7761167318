import assert from 'node:assert/strict';
import type { Environment } from '../../../src/domain/environment/schema.ts';
import { seededRng } from '../../../src/domain/random.ts';
import { drawNames, namePools, renameIn } from '../../../src/domain/rl/renaming.ts';
import { noFaults, traceMessages } from '../../../src/domain/rl/traces.ts';
import { shop } from '../../support/shop-environment.ts';
import { townEnvironment } from '../../support/town-environments.ts';

const environment = townEnvironment(4);
const always = { repeated: 1, wrongTool: 0, skipped: 0, rechecked: 0 };
const roles = (messages: readonly unknown[]): string[] => messages.map((one) => String(Object(one).role));

function named(person: string, answer: string): Environment {
  const [tool] = environment.tools;
  if (tool === undefined) throw new Error('a town has a tool');
  const gold = { text: answer, type: 'phrase', value: answer } as const;
  const call = { name: tool.document.name, arguments: { person } };
  const cases = [
    { nodeId: 1, question: `Who is the boss of ${person}?`, gold, call, output: `{"result":"${answer}"}` },
  ];
  return { ...environment, question: `Find the boss of ${person}.`, answer: gold, tools: [{ ...tool, cases }] };
}

describe('conversations for SFT', () => {
  it('make the gold calls with the outputs that proved them, and end with the answer', () => {
    const messages = traceMessages({ environment, others: [] }, noFaults, seededRng('a'));

    assert.deepEqual(messages, [
      { role: 'user', content: environment.question },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'get_fact_4', arguments: { entity: 'Entity4' } } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '104' },
      { role: 'assistant', content: 'Answer: 104' },
    ]);
  });

  it('have the faults that their rates say', () => {
    const make = (rates: typeof always): string[] =>
      roles(
        traceMessages(
          { environment, others: [{ node: 1, call: { name: 'other', arguments: {} }, output: '1' }] },
          rates,
          seededRng('a'),
        ),
      );
    const call = ['assistant', 'tool'];

    assert.deepEqual(make(always), ['user', ...call, ...call, 'assistant']);
    assert.deepEqual(make({ ...always, rechecked: 1 }), ['user', ...call, ...call, ...call, 'assistant']);
    assert.deepEqual(make({ ...noFaults, wrongTool: 1 }), ['user', ...call, ...call, 'assistant']);
    assert.deepEqual(make({ ...always, skipped: 1 }), ['user', ...call, 'assistant']);
    // The last call of a conversation is never left out when it is the only one.
    assert.deepEqual(make({ ...noFaults, skipped: 1 }), ['user', ...call, 'assistant']);
  });

  it('exchange names for others of their kind, everywhere at once', () => {
    const people = [named('Bel', 'Dora'), named('Fen', 'Gil')];
    const pools = namePools(people);
    const names = drawNames(people[0] as Environment, pools, seededRng('b'));

    assert.deepEqual(Object.fromEntries(pools.kinds), {
      'parameter person': ['Bel', 'Fen'],
      'answer: Looks up fact 4.': ['Dora', 'Gil'],
    });
    const swap = new Map([
      ['Bel', 'Fen'],
      ['Dora', 'Gil'],
    ]);
    assert.deepEqual([...names.keys()], ['Bel', 'Dora']);
    const told = { content: 'Find the boss of Bel. Belt and Dora', arguments: { person: 'Bel' }, n: 4 };
    assert.deepEqual(renameIn(told, swap), {
      content: 'Find the boss of Fen. Belt and Gil',
      arguments: { person: 'Fen' },
      n: 4,
    });
  });

  it('keep what depends on a state as it was: no call twice, no other name', () => {
    const others = [{ node: 1, call: { name: 'other', arguments: {} }, output: '1' }];
    const make = (rates: typeof always): string[] =>
      traceMessages({ environment: shop, others }, rates, seededRng('a')).map((one) => {
        const { role, content, tool_calls: calls } = Object(one);
        return calls === undefined ? `${role} ${content}` : String(calls[0].function.name);
      });
    const gold = ['open', 'tool {"id":"s-1"}', 'fill', 'tool {"count":3}'];

    assert.deepEqual(make(noFaults), ['user Open a shop and fill it.', ...gold, 'assistant Answer: 3']);
    assert.deepEqual(make({ ...always, rechecked: 1 }), make(noFaults));
    assert.deepEqual(make({ ...noFaults, skipped: 1 }).slice(-2), ['tool {"id":"s-1"}', 'assistant Answer: 3']);
    assert.deepEqual(make({ ...noFaults, wrongTool: 1 }).slice(1, 4), ['other', 'tool 1', 'open']);
  });
});
