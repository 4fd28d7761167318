import assert from 'node:assert/strict';
import type { Episode } from '../../../src/activities/sandbox/contract.ts';
import { EpisodeShelf } from '../../../src/activities/sandbox/episode-shelf.ts';

const episode = () => {
  const unused = () => Promise.reject(new Error('not used here'));
  const made = { closed: false, call: unused, fork: unused, state: unused, close: () => void (made.closed = true) };
  return made satisfies Episode;
};
const key = (...fns: string[]) => ({
  envHash: 'e',
  options: { seed: 's', cpuMs: 5 },
  log: fns.map((fn) => ({ fn, args: {}, stateHash: `after ${fn}` })),
});

describe('EpisodeShelf', () => {
  it('gives an episode out once, to whoever names all that it is', () => {
    const shelf = new EpisodeShelf(3);
    const one = episode();
    shelf.put(key('a', 'b'), one);
    assert.equal(shelf.take(key('a')), undefined);
    assert.equal(shelf.take({ ...key('a', 'b'), envHash: 'f' }), undefined);
    assert.equal(shelf.take({ ...key('a', 'b'), options: { seed: 't', cpuMs: 5 } }), undefined);
    assert.equal(shelf.take({ ...key('a', 'b'), options: { cpuMs: 5, seed: 's' } }), one);
    assert.equal(shelf.take(key('a', 'b')), undefined);
    assert.equal(one.closed, false);
  });

  it('closes the oldest when there are too many, and one that is replaced', () => {
    const shelf = new EpisodeShelf(2);
    const [first, second, third, again] = [episode(), episode(), episode(), episode()];
    shelf.put(key('a'), first);
    shelf.put(key('b'), second);
    shelf.put(key('c'), third);
    shelf.put(key('c'), again);
    assert.deepEqual(
      [first, second, third, again].map((one) => one.closed),
      [true, false, true, false],
    );
    shelf.close();
    assert.deepEqual([second.closed, again.closed], [true, true]);
  });
});
