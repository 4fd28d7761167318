import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readMcpFile } from '../../../src/domain/tool-pool/read-mcp-file.ts';
import type { Reach } from '../../../src/domain/tool-pool/schema.ts';
import { type Sequence, sequences } from './real-sequences.ts';
import { type Episode, type Player, player, type Seen } from './tool-player.ts';

const file = resolve(import.meta.dirname, '../../../infra/mcp-servers/real.json');

function reachOf(name: string): Reach {
  const row = readMcpFile(JSON.parse(readFileSync(file, 'utf8')))?.find(
    (reading) => reading.ok && reading.server.name === name,
  );
  assert.ok(row?.ok, `${name} is in the file`);
  return row.server.reach;
}

/** Adds the answers of the steps that have none yet. */
async function perform(episode: Episode, steps: Sequence['steps'], answers: Seen[]): Promise<void> {
  for (const { tool, args } of steps.slice(answers.length)) {
    const given = typeof args === 'function' ? args(answers.map(({ text }) => text)) : args;
    answers.push(await episode.call(tool, given));
  }
}

/** Real servers are fetched from registries the first time: only where that is wanted. */
describe('calls on real servers', function () {
  this.timeout(300_000);
  let play: Player;
  before(function () {
    if (process.env['ASTRA_MCP_TESTS'] !== '1') this.skip();
    play = player();
  });
  after(() => play?.close());

  for (const { server, cut, steps, last } of sequences) {
    it(`go on in ${server} after its worker died, and stand on record`, async () => {
      const hash = play.server(reachOf(server), server);
      const episode = play.episode(hash);
      const answers: Seen[] = [];
      await perform(episode, steps.slice(0, cut), answers);
      await play.newWorker();
      await perform(episode, steps, answers);
      const again: Seen[] = [];
      await perform(play.episode(hash, { id: 'episode-2', recordings: 'only' }), steps, again);

      assert.deepEqual(
        answers.map(({ status, text }) => [status, text.slice(0, 200)]).filter(([status]) => status !== 'ok'),
        [],
      );
      assert.match(answers.at(-1)?.text ?? '', last);
      assert.deepEqual(
        again.map(({ text, source }) => [text, source]),
        answers.map(({ text }) => [text, 'recording']),
      );
    });
  }
});
