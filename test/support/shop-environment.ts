/** An environment with state that nothing is run of: its texts alone are looked at. */
import type { StatefulEnvironment } from '../../src/domain/stateful/schema.ts';

const gold = { text: '3', type: 'number', value: 3 } as const;
const document = (name: string): StatefulEnvironment['documents'][number] => ({
  name,
  description: `Does ${name}.`,
  parameters: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  returns: {},
});

export const shop: StatefulEnvironment = {
  schemaVersion: 1,
  mode: 'stateful',
  id: 'environment-shop',
  scenarioId: 'scenario-shop',
  scenario: 'A shop.',
  domain: 'shops',
  language: 'en',
  task: 'Open a shop and fill it.',
  documents: [document('open'), document('fill')],
  stateSchema: { type: 'object', properties: {}, required: [] },
  initialState: {},
  code: 'STATE = {}',
  initialStateHash: 'h0',
  gold: [
    { fn: 'open', args: { name: 'Corner' }, result: '{"id":"s-1"}', stateHash: 'h1' },
    { fn: 'fill', args: { id: 's-1' }, result: '{"count":3}', stateHash: 'h2' },
  ],
  finalStateHash: 'h2',
  goal: [{ path: ['count'], equals: 3 }],
  answers: [{ fn: 'fill', gold }],
  dependencies: [[1, 2]],
  proof: [],
};
