import assert from 'node:assert/strict';
import { EpisodeDiverged } from '../../../src/activities/sandbox/classify-failure.ts';
import type { Call, Episode, OpenOptions, OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { onEach, overHttp, processPerCall, whole, zygotes } from './backends.ts';

const shop = `
import random, time
STATE = {"cart": [], "visits": 0}
hidden = []
print("shop opens")

def add(item, n=1):
    STATE["cart"].append([item, n])
    hidden.append(item)
    print("added", item)
    return {"items": len(STATE["cart"]), "hidden": len(hidden)}

def draw(): return [random.random(), time.time()]
def spoil():
    STATE["cart"].append("spoiled")
    while True: pass
def wait():
    STATE["cart"].append("waited")
    __import__("threading").Event().wait()
def refuse():
    STATE["visits"] += 1
    raise ValueError("closed")
def leave():
    import os
    STATE["cart"].append("left")
    os._exit(0)
def hide(): STATE["cart"] = {1, 2}
def big(): return "x" * 5_000_000
def cart(): return STATE
`;

describe('episodes', () => {
  onEach([...(whole ? [...zygotes, processPerCall] : zygotes.slice(-1)), overHttp], (sandbox) => {
    const opened: Episode[] = [];
    const open = async (options: OpenOptions = {}) => {
      const episode = await sandbox().open(await sandbox().load(shop), { cpuMs: 200, wallMs: 600, ...options });
      opened.push(episode);
      return episode;
    };
    afterEach(() => {
      for (const episode of opened.splice(0)) episode.close();
    });
    remembering(open);
    failing(open);
    rebuilding(open, sandbox);
  });
});

type Open = (options?: OpenOptions) => Promise<Episode>;

function remembering(open: Open): void {
  it('keep what a call changed for the next one', async () => {
    const episode = await open();
    assert.deepEqual((await episode.call('add', { item: 'tea' })).value, { items: 1, hidden: 1 });
    const second = await episode.call('add', { item: 'milk', n: 2 });
    assert.deepEqual(second.value, { items: 2, hidden: 2 });
    assert.deepEqual([second.stdout, second.loadStdout], ['added milk\n', 'shop opens\n']);
    assert.deepEqual((await episode.call('cart', {})).value, {
      cart: [
        ['tea', 1],
        ['milk', 2],
      ],
      visits: 0,
    });
  });

  it('know nothing of each other', async () => {
    const [one, other] = [await open(), await open()];
    await one.call('add', { item: 'tea' });
    assert.deepEqual((await other.call('cart', {})).value, { cart: [], visits: 0 });
  });

  it('have chance and clock that follow from seed and place in the log', async () => {
    const draws = async (options: OpenOptions) => {
      const episode = await open(options);
      return [(await episode.call('draw', {})).canonical, (await episode.call('draw', {})).canonical];
    };
    const first = await draws({ seed: 'a' });
    assert.deepEqual(await draws({ seed: 'a' }), first);
    assert.notEqual(first[0], first[1]);
    assert.notDeepEqual(await draws({ seed: 'b' }), first);
  });

  it('show a hash of the state and the log that leads to it', async () => {
    const episode = await open();
    const empty = await episode.state();
    assert.deepEqual(empty.log, []);
    assert.match(empty.hash, /^[0-9a-f]{64}$/);
    await episode.call('add', { item: 'tea' });
    const one = await episode.state();
    assert.notEqual(one.hash, empty.hash);
    assert.deepEqual(
      one.log.map(({ fn, args, stateHash }) => ({ fn, args, stateHash })),
      [{ fn: 'add', args: { item: 'tea' }, stateHash: one.hash }],
    );
  });

  it('fork into episodes that go their own ways', async () => {
    const episode = await open();
    await episode.call('add', { item: 'tea' });
    const forks = await episode.fork(3);
    const sizes = await Promise.all(
      forks.map(async (fork, i) => {
        for (let n = 0; n < i; n += 1) await fork.call('add', { item: `x${n}` });
        return (await fork.call('add', { item: 'last' })).value;
      }),
    );
    assert.deepEqual(
      sizes,
      [2, 3, 4].map((items) => ({ items, hidden: items })),
    );
    assert.deepEqual((await episode.call('cart', {})).value, { cart: [['tea', 1]], visits: 0 });
    for (const fork of forks) fork.close();
  });
}

function failing(open: Open): void {
  it('keep what a call changed before it raised, since the caller saw the error', async () => {
    const episode = await open();
    const refused = await episode.call('refuse', {});
    assert.deepEqual([refused.status, refused.error], ['tool_error', { type: 'ValueError', message: 'closed' }]);
    assert.deepEqual((await episode.call('cart', {})).value, { cart: [], visits: 1 });
    assert.equal((await episode.state()).log.length, 2);
  });

  const lost: [string, string, string][] = [
    ['spins', 'spoil', 'timeout'],
    ['waits', 'wait', 'timeout'],
    ['ends its process', 'leave', 'bad_result'],
    ['makes a state that is not JSON', 'hide', 'bad_result'],
    ['returns too much', 'big', 'output_limit'],
  ];
  for (const [what, fn, status] of lost) {
    it(`are as before after a call that ${what}`, async () => {
      const episode = await open();
      await episode.call('add', { item: 'tea' });
      assert.equal((await episode.call(fn, {})).status, status);
      assert.deepEqual((await episode.call('cart', {})).value, { cart: [['tea', 1]], visits: 0 });
      assert.deepEqual(
        (await episode.state()).log.map((call) => call.fn),
        ['add', 'cart'],
      );
    });
  }

  it('refuse arguments that are no object without leaving a trace', async () => {
    const episode = await open();
    assert.equal((await episode.call('add', ['tea'])).status, 'tool_error');
    assert.deepEqual((await episode.state()).log, []);
  });

  it('refuse calls after they were closed', async () => {
    const episode = await open();
    episode.close();
    await assert.rejects(episode.call('cart', {}), /the episode is closed/);
  });
}

function rebuilding(open: Open, sandbox: () => OwnedSandbox): void {
  const played = async (episode: Episode) => {
    await episode.call('add', { item: 'tea' });
    await episode.call('refuse', {});
    await episode.call('draw', {});
    return episode.state();
  };

  it('are rebuilt from their log, bare or with hashes', async () => {
    const { hash, log } = await played(await open());
    for (const from of [log, log.map(({ fn, args }) => ({ fn, args }))]) {
      const rebuilt = await open({ log: from });
      assert.deepEqual((await rebuilt.call('cart', {})).value, { cart: [['tea', 1]], visits: 1 });
      const after = await rebuilt.state();
      assert.deepEqual(after.log.slice(0, 3), log);
      assert.equal(after.hash, hash);
    }
  });

  it('refuse a log whose hashes do not come out again', async () => {
    const { log } = await played(await open());
    const forged: Call[] = log.map((call, i) => (i === 1 ? { ...call, stateHash: 'f'.repeat(64) } : call));
    const episode = await open({ log: forged });
    await assert.rejects(episode.call('cart', {}), EpisodeDiverged);
  });

  it('go on, slower, when there are more of them than processes', async () => {
    const count = sandbox().info().backend === 'process' ? 3 : 40;
    const episodes = await Promise.all(Array.from({ length: count }, () => open()));
    for (const round of [1, 2]) {
      const values = await Promise.all(
        episodes.map(async (episode) => (await episode.call('add', { item: 'x' })).value),
      );
      assert.deepEqual(
        values,
        Array.from({ length: count }, () => ({ items: round, hidden: round })),
      );
    }
  });

  it('of a source that does not compile give its error for every call', async () => {
    const episode = await sandbox().open(await sandbox().load('def f(:'));
    assert.equal((await episode.call('f', {})).error?.type, 'SyntaxError');
    episode.close();
  });
}
