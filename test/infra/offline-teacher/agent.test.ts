import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readTool } from '../../../infra/offline-teacher/agent/tool-facts.ts';
import { requestFor } from '../../../infra/offline-teacher/tasks/wording.ts';
import { argumentProblems } from '../../../src/domain/environment/argument-check.ts';
import { ToolDocument } from '../../../src/domain/environment/schema.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { play, tool } from './agent-play.ts';

const text = { type: 'string' };
const files = [
  tool('write_file', 'Create a new file or overwrite it with new content', { path: text, content: text }),
  tool('read_file', 'Read the complete contents of a file', { path: text }),
  tool('list_notes', 'List all notes', {}),
  tool('get_note', 'Get one note by its id', { note_id: text }),
  tool('set_priority', 'Set the priority of a task', { level: { type: 'string', enum: ['low', 'high'] } }),
];

describe('the agent of the offline teacher', () => {
  it('calls what the sentences say, in their order, with the quoted values', async () => {
    const { calls, kind, last } = await play(
      files,
      'Please create a new file with new content (path "a.txt", content "milk, eggs"). After that read the complete contents of the file.',
      { service: (name) => (name === 'write_file' ? 'Wrote a.txt' : 'milk, eggs') },
    );
    assert.deepEqual(
      calls.map(({ name, args }) => [name, args]),
      [
        ['write_file', { path: 'a.txt', content: 'milk, eggs' }],
        ['read_file', { path: 'a.txt' }],
      ],
    );
    assert.equal(kind, 'answer');
    assert.match(last, /Wrote a\.txt[\s\S]*milk, eggs/);
  });

  it('asks the tool that lists things when an id is not said', async () => {
    const { calls } = await play(files, 'Get one note by its id.', {
      service: (name) => (name === 'list_notes' ? '[{"id":"n-7","title":"Fair"}]' : '{"id":"n-7","text":"Tents"}'),
    });
    assert.deepEqual(
      calls.map(({ name, args }) => [name, args]),
      [
        ['list_notes', {}],
        ['get_note', { note_id: 'n-7' }],
      ],
    );
  });

  it('asks the user for a value that is nowhere, and goes on with the answer', async () => {
    const question = 'Please create a new file or overwrite it with new content (path "a.txt").';
    const asked = await play(files, question, { service: () => 'Wrote it' });
    assert.deepEqual([asked.kind, asked.calls.length], ['ask', 0]);
    assert.match(asked.last, /content.*\?$/);
    const told = await play(files, question, { service: () => 'Wrote it', users: ['The content is "milk".'] });
    assert.deepEqual(told.calls[0]?.args, { path: 'a.txt', content: 'milk' });
    assert.equal(told.kind, 'answer');
  });

  it('refuses what no tool does, in the language of the request, and calls nothing', async () => {
    const english = await play(files, 'Book a table for dinner (guests "4").', { service: () => '' });
    const chinese = await play(files, '请预订餐厅晚餐（人数为"4"）。', { service: () => '' });
    assert.deepEqual(
      [english.kind, chinese.kind, english.calls.length + chinese.calls.length],
      ['refuse', 'refuse', 0],
    );
    assert.match(chinese.last, /工具/);
  });

  it('does what it can and says what it cannot', async () => {
    const question = 'List all notes. Then book a table for dinner (guests "4").';
    const { calls, kind, last } = await play(files, question, { service: () => '[{"id":"n-1"}]' });
    assert.deepEqual([calls.map(({ name }) => name), kind], [['list_notes'], 'answer']);
    assert.match(last, /n-1[\s\S]*cannot[\s\S]*dinner/);
  });

  it('takes no tool that only speaks of the same things', async () => {
    const question = 'Please delete a note that is old (author "Lena Ortiz").';
    assert.equal((await play(files, question, { service: () => '' })).kind, 'refuse');
  });

  it('borrows no value that was said for another call', async () => {
    const tools = [
      tool('create_order', 'Creates a new order', { amount: { type: 'integer' } }),
      tool('refund_order', 'Pays money back for an order', { amount: { type: 'integer' } }),
    ];
    const { kind, last } = await play(
      tools,
      'Creates a new order. After that pays money back for an order (amount "7").',
      {
        service: () => '',
      },
    );
    assert.equal(kind, 'ask');
    assert.match(last, /amount/);
  });

  it('repeats a call after a failure that passes, and gives up on one that does not', async () => {
    let failures = 1;
    const busy = await play(files, 'List all notes.', {
      service: () => (failures-- > 0 ? '503 Service Unavailable: please try again later.' : '[{"id":"n-1"}]'),
    });
    assert.equal(busy.calls.length, 2);
    const denied = await play(files, 'List all notes.', { service: () => 'Error 403: permission denied' });
    assert.deepEqual([denied.calls.length, denied.kind], [1, 'answer']);
    assert.match(denied.last, /did not work.*403/);
    const away = await play(files, 'List all notes.', { service: () => 'Error: request timed out' });
    assert.deepEqual([away.calls.length, away.kind], [3, 'answer']);
  });

  it('puts a path into the folder that an error names', async () => {
    const { calls } = await play(files, 'Read the complete contents of a file (path "a.txt").', {
      service: (_, { path }) =>
        path === '/srv/box/a.txt' ? 'milk' : 'Access denied - path outside allowed directories: /a.txt not in /srv/box',
    });
    assert.deepEqual(calls.at(-1)?.args, { path: '/srv/box/a.txt' });
    assert.equal(calls.length, 2);
  });

  it('brings the second request after the first was met', async () => {
    const { calls } = await play(files, 'List all notes.', {
      service: () => '[{"id":"n-1"}]',
      users: ['I would like this as well: set the priority of a task (level "high").'],
    });
    assert.deepEqual(
      calls.map(({ name, args }) => [name, args]),
      [
        ['list_notes', {}],
        ['set_priority', { level: 'high' }],
      ],
    );
  });

  it('says only numbers that stand in the request or in a result', async () => {
    await fc.assert(
      fc.asyncProperty(toolLists, fc.integer({ min: 0, max: 9999 }), async (tools, salt) => {
        const question = questionFor(tools, salt);
        const { messages, last } = await play(tools, question, { service: (name) => `{"${name}_count": ${salt}}` });
        const said = JSON.stringify(messages.slice(0, -1));
        for (const number of last.match(/\d+/g) ?? []) assert.ok(said.includes(number), `${number} in: ${last}`);
      }),
      { numRuns: 60 },
    );
  });

  it('ends, answers every call once and keeps to the schemas, for any list of tools', async () => {
    await fc.assert(
      fc.asyncProperty(toolLists, answers, fc.integer({ min: 0, max: 9999 }), async (tools, results, salt) => {
        let at = 0;
        const { calls, kind } = await play(tools, questionFor(tools, salt), {
          service: () => results[at++ % results.length] ?? '',
        });
        assert.notEqual(kind, 'endless');
        for (const { name, args } of calls) {
          const document = ToolDocument.parse(documentOf(tools, name));
          assert.deepEqual(argumentProblems(document, args), [], `${name} ${JSON.stringify(args)}`);
        }
      }),
      { numRuns: 80 },
    );
  });
});

const word = fc.constantFrom('order', 'garden', 'ticket', 'flight', 'invoice', 'recipe');
const verb = fc.constantFrom('create', 'list', 'update', 'delete', 'search', 'get');
const schema = fc.constantFrom<JsonObject>(
  text,
  { type: 'integer' },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'string', enum: ['small', 'large'] },
  { type: 'array', items: { type: 'string' } },
);
const oneTool = fc
  .tuple(
    verb,
    word,
    fc.dictionary(fc.constantFrom('title', 'order_id', 'amount', 'size', 'tags', 'path', 'urgent'), schema, {
      maxKeys: 3,
    }),
  )
  .map(([deed, thing, properties]) => tool(`${deed}_${thing}`, `${deed}s one ${thing} of the shop.`, properties));
const toolLists = fc.uniqueArray(oneTool, {
  minLength: 1,
  maxLength: 6,
  selector: (one) => (one['function'] as JsonObject)['name'],
});
const answers = fc.array(
  fc.constantFrom(
    '{"id":"x-1","order_id":"o-4"}',
    '[]',
    'Error: not found',
    '503 try again',
    'Invalid value: must be one of "a"',
    '{',
  ),
  { minLength: 1, maxLength: 5 },
);

function questionFor(tools: readonly JsonObject[], salt: number): string {
  const read = tools.map(readTool);
  return requestFor({
    tools: read.slice(0, 3),
    names: read.map(({ name }) => name),
    language: 'en',
    seed: String(salt),
  });
}

function documentOf(tools: readonly JsonObject[], name: string): JsonObject {
  const found = tools.map((one) => one['function'] as JsonObject).find((one) => one['name'] === name);
  assert.ok(found, `${name} is a tool of the list`);
  return found;
}
