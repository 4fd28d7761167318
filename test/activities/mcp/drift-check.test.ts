import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { RecordedWay } from '../../../src/activities/mcp/contract.ts';
import { checkDrift } from '../../../src/activities/mcp/drift-check.ts';
import { openSession } from '../../../src/activities/mcp/session.ts';
import type { Reach } from '../../../src/domain/tool-pool/schema.ts';
import { type Player, player } from './tool-player.ts';

const program = resolve(import.meta.dirname, '../../infra/programs/tool-server.ts');
const reach: Reach = {
  kind: 'stdio',
  command: process.execPath,
  args: [program],
  env: {},
  state: { folders: [], files: {}, repositories: [] },
};
const deps = {
  read: (name: string) => process.env[name],
  variables: Object.keys(process.env),
  limits: { connectMs: 20_000, requestMs: 20_000, largestMessage: 1_000_000 },
};

describe('asking servers again what is on record', function () {
  this.timeout(60_000);
  let play: Player;
  beforeEach(() => {
    play = player();
  });
  afterEach(() => play.close());

  /** The way of an episode that added two items and listed them. */
  async function record(): Promise<RecordedWay> {
    const episode = play.episode(play.server(reach));
    await episode.call('add_item', { text: 'milk' });
    await episode.call('add_item', { text: 'eggs' });
    await episode.call('list_items');
    return { name: 'items', reach, calls: await play.memory.chainTo(episode.state) };
  }

  async function* each(...ways: RecordedWay[]): AsyncGenerator<RecordedWay> {
    yield* ways;
  }

  it('finds none where only ids and times differ', async () => {
    const way = await record();

    assert.deepEqual(await checkDrift(each(way, way), (server) => openSession(server, deps)), {
      servers: 1,
      calls: 3,
      drifted: [],
      failed: [],
    });
  });

  it('tells the answers that differ, each once, and goes on behind them', async () => {
    const way = await record();
    const [, second] = way.calls;
    assert.ok(second !== undefined);
    Object.assign(second.observation, { text: second.observation.text.replace('eggs', 'flour') });
    const report = await checkDrift(each(way, way), (server) => openSession(server, deps));

    assert.deepEqual([report.calls, report.drifted.length], [3, 1]);
    assert.equal(report.drifted[0]?.tool, 'add_item');
    assert.match(report.drifted[0]?.recorded ?? '', /flour/);
    assert.match(report.drifted[0]?.live ?? '', /eggs/);
  });

  it('names servers that cannot be asked', async () => {
    const way = await record();
    const remote = {
      ...way,
      name: 'remote',
      reach: { kind: 'http', url: 'http://127.0.0.1:9/', headers: {} } as const,
    };
    const missing = { ...way, name: 'missing', reach: { ...reach, command: 'no-such-program' } };
    const report = await checkDrift(each(remote, missing), (server) => openSession(server, deps));

    assert.deepEqual(
      report.failed.map(({ server, reason }) => [server, reason.slice(0, server === 'remote' ? 42 : 25)]),
      [
        ['remote', 'lies behind an address: calling it again w'],
        ['missing', 'missing (no-such-program '],
      ],
    );
  });
});
