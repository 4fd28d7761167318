import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildObservation, mostCharacters } from '../../../src/domain/tool-call/observation.ts';
import { refusalObservation } from '../../../src/domain/tool-call/refusal.ts';
import { Observation } from '../../../src/domain/tool-call/schema.ts';
import { withFolder, withoutFolder } from '../../../src/domain/tool-call/state-folder.ts';

describe('what an agent sees of a result', () => {
  it('is its text, with what is no text named', () => {
    const seen = buildObservation({
      content: [
        { type: 'text', text: 'one' },
        { type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' },
        { type: 'resource', resource: { uri: 'demo://a', text: 'two' } },
        { type: 'resource', resource: { uri: 'demo://b', blob: 'AAAA' } },
        { type: 'resource_link', uri: 'demo://c', name: 'c' },
        { type: 'hologram' },
      ],
    });

    assert.equal(seen.status, 'ok');
    assert.deepEqual(seen.notes, [
      'image (image/png, 5 bytes)',
      'resource demo://b (no type)',
      'link to the resource demo://c',
      'a part of unknown kind',
    ]);
    assert.ok(seen.text.startsWith('one\n\ntwo\n\n[image (image/png, 5 bytes), not shown]'));
  });

  it('keeps structured content, and shows it where there is no text', () => {
    const seen = buildObservation({ content: [], structuredContent: { n: 1 } });

    assert.deepEqual([seen.text, seen.structured], ['{"n":1}', { n: 1 }]);
    assert.equal(buildObservation({ content: [] }).text, '(empty result)');
    assert.equal(buildObservation({}).status, 'ok');
  });

  it('says that and how much was cut, keeping both ends', () => {
    const { text, notes } = buildObservation({ content: [{ type: 'text', text: `${'a'.repeat(20_000)}end` }] });

    assert.match(text, /^a+\n\[… 4003 characters left out …\]\na+end$/);
    assert.deepEqual(notes, ['4003 of 20003 characters left out']);
  });

  it('is an error by name where the result is none', () => {
    for (const result of [null, 'text', { content: 'text' }, { isError: 'yes' }]) {
      const { status, recognisedBy } = buildObservation(result);
      assert.deepEqual([status, recognisedBy], ['error', 'schema']);
    }
  });

  it('fits its schema and its bound, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ content: fc.jsonValue(), isError: fc.boolean() })), (result) => {
        const seen = Observation.parse(buildObservation(result));
        assert.ok(seen.text.length <= mostCharacters + 60);
        assert.equal(seen.status === 'error', seen.recognisedBy !== null);
      }),
    );
  });
});

describe('the folder of a server', () => {
  it('is written as a placeholder wherever it stands, and filled in again', () => {
    const value = { path: '/tmp/x/state/a.txt', list: ['in /tmp/x/state', 5, null] };
    assert.equal(withoutFolder('found /tmp/x/owner.json', '/tmp/x/state'), 'found ${STATE}/../owner.json');
    const told = withoutFolder(value, '/tmp/x/state');

    assert.deepEqual(told, { path: '${STATE}/a.txt', list: ['in ${STATE}', 5, null] });
    assert.deepEqual(withFolder(told, '/tmp/x/state'), value);
  });
});

describe('a call that no tool was asked for', () => {
  it('reads like the answer of a host of tools, short and without a trace', () => {
    const said = (problem: Parameters<typeof refusalObservation>[0], detail = ''): string =>
      refusalObservation(problem, { tool: 'add_item', detail }).text;

    assert.equal(said('unknown_tool'), 'Error: tool "add_item" not found');
    assert.equal(
      said('arguments_invalid', 'text must be string'),
      'Error: invalid arguments for add_item: text must be string',
    );
    assert.equal(said('arguments_unreadable'), 'Error: the arguments of add_item are not a valid JSON object');
    assert.ok(said('arguments_invalid', 'x'.repeat(9_000)).length < 500);
  });
});
