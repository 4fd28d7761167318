import assert from 'node:assert/strict';
import { createEndpointHealth } from '../../../src/activities/llm/endpoint-health.ts';

const urls = ['a', 'b', 'c'];

describe('endpoint health', () => {
  it('takes the base URLs in turn', () => {
    const health = createEndpointHealth(() => 0);

    assert.deepEqual(
      [1, 2, 3, 4].map(() => health.pick(urls)),
      ['a', 'b', 'c', 'a'],
    );
  });

  it('leaves one that failed out until its rest is over or it worked', () => {
    let time = 0;
    const health = createEndpointHealth(() => time);
    health.failed('a');
    health.failed('b');
    assert.deepEqual(
      [1, 2].map(() => health.pick(urls)),
      ['c', 'c'],
    );
    health.worked('b');
    assert.deepEqual(new Set([1, 2].map(() => health.pick(urls))), new Set(['b', 'c']));
    time = 30_000;
    assert.deepEqual(new Set([1, 2, 3].map(() => health.pick(urls))), new Set(['a', 'b', 'c']));
  });

  it('takes the one whose rest ends first when all failed', () => {
    let time = 0;
    const health = createEndpointHealth(() => time);
    for (const url of ['b', 'c', 'a']) {
      time += 1;
      health.failed(url);
    }

    assert.equal(health.pick(urls), 'b');
  });
});
