import assert from 'node:assert/strict';
import { sliceCount, toolSlice, toolsAround } from '../../../src/domain/graph/slices.ts';
import { poolServerOf, tool } from '../tool-pool/servers.ts';

const many = poolServerOf(
  'many',
  Array.from({ length: 101 }, (_, at) => tool(`tool_${at}`)),
);
const namesOf = (sample: number, slice: number): string[] => toolSlice(many, { sample, slice }).map(({ name }) => name);

describe('slices of a large server', () => {
  it('hold every tool once per sample, no more than forty each', () => {
    assert.equal(sliceCount(many), 3);
    for (const sample of [0, 1, 2]) {
      const slices = [0, 1, 2].map((slice) => namesOf(sample, slice));
      assert.ok(slices.every(({ length }) => length <= 40));
      assert.equal(new Set(slices.flat()).size, 101);
    }
  });

  it("keep the server's order first, and cut another one for every other sample", () => {
    assert.deepEqual(namesOf(0, 0).slice(0, 3), ['tool_0', 'tool_1', 'tool_2']);
    assert.notDeepEqual(namesOf(1, 0), namesOf(0, 0));
    assert.notDeepEqual(namesOf(2, 0), namesOf(1, 0));
    assert.deepEqual(namesOf(1, 0), namesOf(1, 0));
  });

  it('are more when the documents are long', () => {
    const long = { ...tool('long'), description: 'x'.repeat(20_000) };
    const server = poolServerOf('long', [long, { ...long, name: 'longer' }, { ...long, name: 'longest' }]);

    assert.equal(sliceCount(server), 2);
    assert.equal(sliceCount(poolServerOf('small', [tool('a')])), 1);
  });

  it('do not exist beyond the last', () => {
    assert.throws(() => toolSlice(many, { sample: 0, slice: 3 }), RangeError);
  });

  it('leave a planner the tools of a chain among others, in an order that tells nothing', () => {
    const shown = toolsAround(many, ['tool_77', 'tool_3']).map(({ name }) => name);

    assert.equal(shown.length, 40);
    assert.ok(shown.includes('tool_77') && shown.includes('tool_3'));
    assert.deepEqual(
      shown,
      many.tools.map(({ name }) => name).filter((name) => shown.includes(name)),
    );
  });
});
