import assert from 'node:assert/strict';
import { filterTools } from '../../../src/domain/tool-pool/filter-rules.ts';
import { listedTool } from './servers.ts';

describe('the rules for tools of the pool', () => {
  const rulesOf = (...tools: Parameters<typeof filterTools>[0]): (readonly [string, string])[] =>
    filterTools(tools).dropped.map(({ name, rule }) => [name, rule] as const);
  const namesOf = (...tools: Parameters<typeof filterTools>[0]): string[] =>
    filterTools(tools).kept.map(({ name }) => name);

  it('keep a tool whatever its spelling, in the order of the listing', () => {
    const openai = { type: 'function', function: { name: 'b', description: 'Sends a letter to a person' } };
    const astra = { name: 'c', description: 'Reads the letters of a person', parameters: { type: 'object' } };

    const { kept, dropped } = filterTools([listedTool('a', 'Lists all letters of today'), openai, astra]);

    assert.deepEqual(
      kept.map(({ name, parameters }) => [name, parameters]),
      ['a', 'b', 'c'].map((name) => [name, { type: 'object', properties: {} }]),
    );
    assert.deepEqual(dropped, []);
  });

  it('drop all tools of one name that differ, and the second of two that are equal', () => {
    const one = listedTool('send', 'Sends a letter to a person');
    const other = listedTool('send', 'Sends a parcel to a person');
    const read = listedTool('read', 'Reads the letters of a person');

    assert.deepEqual(rulesOf(one, other, read), [
      ['send', 'name_ambiguous'],
      ['send', 'name_ambiguous'],
    ]);
    assert.deepEqual(rulesOf(one, one, read), [['send', 'duplicate_tool']]);
    assert.deepEqual(namesOf(one, one, read), ['send', 'read']);
  });

  it('drop names that endpoints refuse, and descriptions that say nothing', () => {
    assert.deepEqual(
      rulesOf(
        listedTool('send letter', 'Sends a letter to a person'),
        listedTool('empty', '  '),
        listedTool('sendLetter', 'Send letter'),
        listedTool('run', 'Run it'),
      ),
      [
        ['send letter', 'name_invalid'],
        ['empty', 'description_missing'],
        ['sendLetter', 'description_vague'],
        ['run', 'description_vague'],
      ],
    );
    // A script without spaces says it with a few signs.
    assert.deepEqual(namesOf(listedTool('menu', '查询今日菜谱')), ['menu']);
  });

  it('drop schemas that are no mapping of names to arguments', () => {
    const schemas = [
      { type: 'array' },
      'text',
      { type: 'object', properties: { city: true } },
      { type: 'object', properties: {}, required: ['city'] },
      { type: 'object', properties: {}, required: 'city' },
      { type: 'object', properties: { city: { type: 'string', description: 'x'.repeat(40_000) } } },
    ];
    const tools = schemas.map((inputSchema, at) => listedTool(`t${at}`, 'Says where the city lies', { inputSchema }));

    assert.deepEqual(
      rulesOf(...tools).map(([, rule]) => rule),
      [...Array.from({ length: 5 }, () => 'schema_unmappable'), 'schema_too_large'],
    );
  });

  it('keep a tool whose output schema is broken, without that schema', () => {
    const { kept } = filterTools([listedTool('a', 'Lists all letters of today', { outputSchema: { type: 'array' } })]);

    assert.deepEqual(Object.keys(kept[0] ?? {}), ['name', 'description', 'parameters']);
  });

  it('name what is no tool at all', () => {
    assert.deepEqual(rulesOf(7, null, { title: 'x' }), [
      ['(no name)', 'tool_unreadable'],
      ['(no name)', 'tool_unreadable'],
      ['(no name)', 'tool_unreadable'],
    ]);
  });
});
