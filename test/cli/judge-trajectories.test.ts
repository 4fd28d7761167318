import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admitRows } from '../../src/cli/judge/conversations.ts';
import type { Json } from '../../src/domain/json.ts';
import { answer, calls, say, user } from '../domain/trajectory/conversations.ts';
import { astra } from './run-cli.ts';

const talk = [user('How long?'), calls(['c1', 'minutes', {}]), answer('c1', '95'), say('95.')];

describe('rows on their way to the judges', () => {
  it('are refused by name without a stack, and the exit code says so', async () => {
    const home = mkdtempSync(join(tmpdir(), 'astra-judge-'));
    const file = join(home, 'rows.jsonl');
    const rows: readonly Json[] = [
      { id: 'torn', messages: talk.slice(0, 2) },
      { id: 'cut', messages: talk.slice(0, 3) },
      { id: 'lazy', expects: 'calls', messages: [user('How long?'), say('95.')] },
      'no row',
    ];
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    try {
      const { code, stdout } = await astra('judge', 'trajectories', file, '--json', '--home', home);
      const document = JSON.parse(stdout);
      assert.equal(code, 1);
      assert.equal(document.teacher, null);
      assert.deepEqual(
        document.rows.map((row: { id: string; outcome: string; overall: null }) => [row.id, row.outcome, row.overall]),
        [
          ['torn', 'rejected:unanswered_call', null],
          ['cut', 'rejected:no_final_answer', null],
          ['lazy', 'rejected:no_tool_call', null],
          ['row-4', 'rejected:not_a_trajectory', null],
        ],
      );
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it('have the same body and subject whatever the order of keys, and another one for another word', () => {
    const [one, same, other] = admitRows([
      { id: 'a', messages: talk },
      { messages: talk, id: 'a' },
      { id: 'a', messages: [...talk.slice(0, 3), say('96.')] },
    ]);
    assert.ok(one?.ok && same?.ok && other?.ok);
    assert.deepEqual(one.conversation, same.conversation);
    assert.notEqual(one.conversation.body, other.conversation.body);
    assert.match(one.conversation.subject, /^trajectory-[0-9a-f]{16}$/);
  });
});
