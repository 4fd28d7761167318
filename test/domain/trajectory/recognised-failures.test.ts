import assert from 'node:assert/strict';
import type { Json } from '../../../src/domain/json.ts';
import { readTrajectory } from '../../../src/domain/trajectory/read.ts';
import { withRecognisedFailures } from '../../../src/domain/trajectory/recognised-failures.ts';

/** What is marked on the results of three calls with these texts. */
function marks(results: readonly { readonly content: string; readonly failure?: string }[]): (string | undefined)[] {
  const calls = results.map((_, at) => ({ id: `c${at}`, function: { name: 'book', arguments: '{}' } }));
  const answers = results.map((result, at) => ({ role: 'tool', tool_call_id: `c${at}`, ...result }));
  const messages = [
    { role: 'user', content: 'Book it.' },
    { role: 'assistant', tool_calls: calls },
    ...answers,
    { role: 'assistant', content: 'Done.' },
  ];
  const read = readTrajectory({ messages } as unknown as Json, 1);
  assert.ok(read.ok);
  return withRecognisedFailures(read.trajectory).messages.flatMap((one) => (one.role === 'tool' ? [one.failure] : []));
}

describe('failures of a row that marks none', () => {
  it('are recognised by the form of the result, and content that speaks of errors is none', () => {
    assert.deepEqual(
      marks([
        { content: '{"error": "room A-204 is taken"}' },
        { content: '{"success": false, "message": "taken"}' },
        { content: 'Error: there is no such tool' },
        { content: '{"rooms": [{"note": "an error was mended here"}]}' },
      ]),
      ['tool', 'tool', 'tool', undefined],
    );
  });

  it('are left as they are in a row that marks some itself', () => {
    assert.deepEqual(marks([{ content: '{"error": "taken"}' }, { content: 'timed out', failure: 'made_up' }]), [
      undefined,
      'made_up',
    ]);
  });
});
