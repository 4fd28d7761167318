import assert from 'node:assert/strict';
import type { ToolDocument } from '../../../src/domain/environment/schema.ts';
import { seededRng } from '../../../src/domain/random.ts';
import { shownList, shownTool } from '../../../src/domain/rl/shown-tools.ts';

const properties = { factor: { type: 'integer' }, person: { type: 'string' } };
const tool: ToolDocument = { name: 'times', description: 'Multiplies.', parameters: { type: 'object', properties } };

describe('tools as a policy is shown them', () => {
  it('are documents, signatures, or calls with empty values', () => {
    assert.deepEqual(shownTool(tool, 'documents'), tool);
    assert.deepEqual(shownTool(tool, 'signatures'), { name: 'times', parameters: ['factor', 'person'] });
    assert.deepEqual(shownTool(tool, 'calls'), { name: 'times', arguments: { factor: 0, person: '' } });
  });

  it('stand in an order that is drawn, so that gold tools do not come first', () => {
    const tools = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...tool, name }));
    const names = (seed: string): unknown[] => shownList(seededRng(seed), tools, 'signatures').map(({ name }) => name);

    assert.deepEqual(names('one'), names('one'));
    assert.notDeepEqual(names('one'), names('two'));
    assert.deepEqual(
      names('one')
        .map(String)
        .toSorted((a, b) => a.localeCompare(b)),
      ['a', 'b', 'c', 'd', 'e'],
    );
  });
});
