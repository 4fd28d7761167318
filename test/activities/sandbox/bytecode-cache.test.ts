import assert from 'node:assert/strict';
import { BytecodeCache } from '../../../src/activities/sandbox/bytecode.ts';

describe('BytecodeCache', () => {
  it('forgets what was used longest ago once the bytes do not fit', () => {
    const cache = new BytecodeCache(10);
    cache.set('a', Buffer.alloc(4));
    cache.set('b', Buffer.alloc(4));
    cache.get('a');
    cache.set('c', Buffer.alloc(4));
    assert.deepEqual(
      ['a', 'b', 'c'].map((hash) => cache.get(hash)?.length),
      [4, undefined, 4],
    );
  });

  it('keeps the newest entry even when it alone is too large', () => {
    const cache = new BytecodeCache(10);
    cache.set('a', Buffer.alloc(4));
    cache.set('big', Buffer.alloc(100));
    assert.equal(cache.get('a'), undefined);
    assert.equal(cache.get('big')?.length, 100);
  });

  it('counts an entry that is set again once', () => {
    const cache = new BytecodeCache(10);
    cache.set('a', Buffer.alloc(6));
    cache.set('a', Buffer.alloc(6));
    cache.set('b', Buffer.alloc(4));
    assert.equal(cache.get('a')?.length, 6);
  });
});
