import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { sweepScratch } from '../../../src/activities/mcp/scratch-owner.ts';
import type { Reach } from '../../../src/domain/tool-pool/schema.ts';
import { eventually } from '../../support/eventually.ts';
import { type Player, player } from './tool-player.ts';

const program = resolve(import.meta.dirname, '../../infra/programs/tool-server.ts');
const reach = (...more: string[]): Reach => ({
  kind: 'stdio',
  command: process.execPath,
  args: [program, ...more],
  env: {},
  state: { folders: [], files: {}, repositories: [] },
});
const failureType = async (work: Promise<unknown>): Promise<string | null | undefined> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error instanceof ApplicationFailure ? error.type : String(error)),
  );

describe('calls on a server that runs', function () {
  this.timeout(60_000);
  let play: Player;
  let folder: string;
  const usual = process.env['TMPDIR'];
  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'astra-test-'));
    process.env['TMPDIR'] = folder; // state folders are made there
    play = player({ limits: { connectMs: 20_000, requestMs: 20_000, largestMessage: 8 * 1024 * 1024 } });
  });
  afterEach(async () => {
    await play.close();
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    rmSync(folder, { recursive: true });
  });

  it('keep the state of the server from call to call', async () => {
    const episode = play.episode(play.server(reach()));
    const first = await episode.call('add_item', { text: 'milk' });
    const { id } = JSON.parse(first.text);
    const got = await episode.call('get_item', { id });

    assert.deepEqual([first.status, first.source, got.source], ['ok', 'live', 'live']);
    assert.equal(JSON.parse(got.text).text, 'milk');
  });

  it('go on after the worker died: the state is rebuilt in a fresh folder, with the ids that the agent knows', async () => {
    const episode = play.episode(play.server(reach()));
    const ids: string[] = [];
    for (const text of ['milk', 'eggs']) ids.push(JSON.parse((await episode.call('add_item', { text })).text).id);
    await play.newWorker();
    const [, eggs = ''] = ids;
    const got = await episode.call('get_item', { id: eggs });
    await episode.call('add_item', { text: 'tea' });
    const listed = JSON.parse((await episode.call('list_items')).text);

    assert.deepEqual([JSON.parse(got.text).text, JSON.parse(got.text).id], ['eggs', eggs]);
    assert.deepEqual(
      listed.items.map((item: { text: string }) => item.text),
      ['milk', 'eggs', 'tea'],
    );
    assert.deepEqual(
      listed.items.slice(0, 2).map((item: { id: string }) => item.id),
      ids,
    );
    assert.equal(listed.folder, '${STATE}');
  });

  it('are answered from the record without any server, also in another episode', async () => {
    const server = play.server(reach());
    const first = await play.episode(server).call('add_item', { text: 'milk' });
    await play.newWorker();
    const second = await play
      .episode(server, { id: 'episode-2', recordings: 'only' })
      .call('add_item', { text: 'milk' });

    assert.deepEqual([second.source, second.text, second.state], ['recording', first.text, first.state]);
  });

  it('branch off a shared state without seeing what the other episode did after it', async () => {
    const server = play.server(reach());
    const [one, two] = [play.episode(server), play.episode(server, { id: 'episode-2' })];
    for (const episode of [one, two]) await episode.call('add_item', { text: 'milk' });
    await one.call('add_item', { text: 'eggs' });
    await two.call('add_item', { text: 'tea' });
    const listed = async (episode: typeof one): Promise<string[]> =>
      JSON.parse((await episode.call('list_items')).text).items.map((item: { text: string }) => item.text);

    assert.deepEqual(await listed(one), ['milk', 'eggs']);
    assert.deepEqual(await listed(two), ['milk', 'tea']);
  });

  it('fail by name when no server may be started and nothing is on record', async () => {
    const episode = play.episode(play.server(reach()), { recordings: 'only' });

    assert.equal(await failureType(episode.call('list_items')), 'ToolServer.NotRecorded');
  });

  it('fail by name when the calls before are not on record', async () => {
    const episode = play.episode(play.server(reach()));
    await episode.call('add_item', { text: 'milk' });
    play.memory.records.clear();
    await play.newWorker();

    assert.equal(await failureType(episode.call('list_items')), 'ToolServer.NotRecorded');
  });

  it('tell drift when a rebuilt server answers with other content', async () => {
    const episode = play.episode(play.server(reach()));
    await episode.call('add_item', { text: 'milk' });
    for (const record of play.memory.records.values()) Object.assign(record.observation, { text: '{"text":"butter"}' });
    await play.newWorker();

    assert.equal(await failureType(episode.call('list_items')), 'ToolServer.Drift');
  });

  it('say what a server wrote that died, and start from the state before at the next try', async () => {
    const episode = play.episode(play.server(reach()));
    await episode.call('add_item', { text: 'milk' });
    const marker = join(folder, 'died');
    const died = await episode.call('dies', { marker }).catch((error: unknown) => error);
    const again = await episode.call('dies', { marker });
    const listed = JSON.parse((await episode.call('list_items')).text);

    assert.ok(died instanceof ApplicationFailure);
    assert.equal(died.type, 'ToolServer.Died');
    assert.match(
      died.message,
      /died while calling dies: it ended with code 3; stderr ends with: fatal: the disk is on fire/,
    );
    assert.equal(again.text, 'alive');
    assert.equal(listed.items.length, 1);
  });

  it('give up on one that hangs, and end it', async () => {
    const quick = player({ limits: { connectMs: 20_000, requestMs: 500, largestMessage: 1_000_000 } });
    const episode = quick.episode(quick.server(reach()));

    assert.equal(await failureType(episode.call('hangs')), 'ToolServer.Timeout');
    assert.equal((await episode.call('noise')).text, 'done');
    await quick.close();
  });

  it('bring errors, pictures, ten megabytes and broken results as observations, on the same server', async () => {
    const episode = play.episode(play.server(reach()));
    await episode.call('add_item', { text: 'milk' });
    const seen = [];
    for (const [name, args] of [
      ['get_item', { id: 'x' }],
      ['image', {}],
      ['large', {}],
      ['broken', {}],
      ['no_such_tool', {}],
      ['where', { path: '${STATE}/a.txt' }],
    ] as const) {
      const { status, text, recognisedBy } = await episode.call(name, args);
      seen.push([status, recognisedBy, text]);
    }

    assert.deepEqual(seen, [
      ['error', 'text', 'Error: item x not found'],
      ['ok', null, '[image (image/png, 5 bytes), not shown]'],
      ['error', 'schema', 'Error: the result is too large to be read'],
      ['error', 'schema', 'Error: the tool sent a result that cannot be read'],
      ['error', 'flag', 'Unknown tool in ${STATE}'],
      ['ok', null, '${STATE}/a.txt lies in ${STATE}'],
    ]);
    assert.equal(JSON.parse((await episode.call('list_items')).text).items.length, 1);
  });

  it('go to the right one of two servers that share a tool', async () => {
    const [left, right] = [play.server(reach('left ')), play.server(reach('right '), 'other')];
    const texts = [];
    for (const server of [left, right]) {
      texts.push(JSON.parse((await play.episode(server).call('add_item', { text: 'milk' })).text).text);
    }

    assert.deepEqual(texts, ['left milk', 'right milk']);
  });

  it('go on although more episodes are played than servers may live', async () => {
    const narrow = player({ shelf: { most: 1, idleMs: 60_000, restMs: 40 } });
    const server = narrow.server(reach());
    const episodes = ['a', 'b', 'c'].map((id) => narrow.episode(server, { id, salt: `${id}/0` }));
    for (const text of ['milk', 'eggs'])
      await Promise.all(episodes.map((episode) => episode.call('add_item', { text })));
    const counts = await Promise.all(
      episodes.map(async (episode) => JSON.parse((await episode.call('list_items')).text).items.length),
    );
    await narrow.close();

    assert.deepEqual(counts, [2, 2, 2]);
  });

  it('keep their place between two calls while another episode waits for one', async () => {
    const narrow = player({ shelf: { most: 1, idleMs: 60_000, restMs: 60_000 } });
    const server = narrow.server(reach());
    const [first, second] = ['a', 'b'].map((id) => narrow.episode(server, { id, salt: `${id}/0` }));
    const order: string[] = [];
    await first?.call('add_item', { text: 'milk' });
    const waiting = second?.call('add_item', { text: 'eggs' }).then(() => order.push('second'));
    await first?.call('add_item', { text: 'bread' }).then(() => order.push('first'));
    await narrow.mcp.activities.endEpisode({ episode: 'a' });
    await waiting;
    await narrow.close();

    assert.deepEqual(order, ['first', 'second']);
  });

  it('are ended with their episode or when nobody calls any more, and leave nothing behind', async () => {
    const brief = player({ shelf: { most: 4, idleMs: 300, restMs: 300 } });
    const server = brief.server(reach());
    const folders = (): number => readdirSync(folder).filter((name) => name.startsWith('astra-mcp-')).length;
    const counts: number[] = [];
    for (const id of ['one', 'two']) {
      const episode = brief.episode(server, { id, salt: `${id}/0` });
      await episode.call('add_item', { text: id });
      counts.push(folders());
    }
    await brief.mcp.activities.endEpisode({ episode: 'one' });
    await eventually('no server is left', () => folders() === 0);
    await brief.close();

    assert.equal(counts[0], 1);
  });

  it('leave nothing of a dead worker behind: its folders are removed when the next one starts', async () => {
    const episode = play.episode(play.server(reach()));
    await episode.call('add_item', { text: 'milk' });
    const [mine = ''] = readdirSync(folder).filter((name) => name.startsWith('astra-mcp-'));
    const dead = join(folder, 'astra-mcp-1-dead');
    const noteless = join(folder, 'astra-mcp-4194304-dead'); // no process has this number
    mkdirSync(noteless);
    mkdirSync(join(dead, 'state'), { recursive: true });
    const left = spawn('sleep', ['600'], { cwd: join(dead, 'state'), detached: true, stdio: 'ignore' });
    const ended = once(left, 'exit');
    writeFileSync(join(dead, 'owner.json'), JSON.stringify({ worker: process.pid, since: '1', group: left.pid }));

    assert.equal(await sweepScratch(folder), 2);
    assert.deepEqual(await ended, [null, 'SIGKILL']);
    assert.deepEqual(
      [dead, noteless, join(folder, mine)].map((path) => existsSync(path)),
      [false, false, true],
    );
  });
});
