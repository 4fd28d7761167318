import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type FillRule,
  fillBatch,
  freshGroups,
  type GroupSummary,
  judgeGroup,
  passRates,
} from '../../../src/domain/rl/batch-filling.ts';

const rule: FillRule = { target: 2, delta: 0.01, quorum: 0.75, maxStaleness: 1, maxGroups: 8 };
const group = (no: number, rewards: readonly number[], version = 0): GroupSummary => ({
  group: no,
  version,
  rewards,
  wanted: 4,
});
const mixed = (no: number, version = 0): GroupSummary => group(no, [0, 1, 0, 1], version);
const flat = (no: number): GroupSummary => group(no, [0, 0, 0, 0]);

describe('a group', () => {
  it('is valid when its rewards deviate by more than delta', () => {
    assert.equal(judgeGroup(mixed(0), rule), 'valid');
    assert.equal(judgeGroup(flat(0), rule), 'no_spread');
    // A deviation of exactly delta is none: 0.01 around 0.5.
    assert.equal(judgeGroup(group(0, [0.49, 0.51, 0.49, 0.51]), { ...rule, delta: 0.010_001 }), 'no_spread');
  });

  it('says nothing when too few of its rollouts are left', () => {
    assert.equal(judgeGroup(group(0, [0, 1, 0]), rule), 'valid');
    assert.equal(judgeGroup(group(0, [0, 1]), rule), 'quorum');
  });
});

describe('filling a batch', () => {
  it('asks for what lacks first, then for more at the rate that was seen', () => {
    assert.deepEqual(fillBatch(rule, [], []), { status: 'open', more: 2 });
    assert.deepEqual(fillBatch(rule, [], [mixed(0), flat(1)]), { status: 'open', more: 2 });
    assert.deepEqual(fillBatch({ ...rule, target: 4 }, [mixed(9)], []), { status: 'open', more: 3 });
  });

  it('trains on the first by number and carries the rest, in whatever order they ended', () => {
    const filled = fillBatch(rule, [mixed(3)], [mixed(7), flat(5), mixed(6)]);

    assert.equal(filled.status, 'full');
    assert.deepEqual(filled.status === 'full' && filled.batch.map((one) => one.group), [3, 6]);
    assert.deepEqual(filled.status === 'full' && filled.carry.map((one) => one.group), [7]);
  });

  it('ends with the reason and the pass rates when nothing fills it', () => {
    const tried = Array.from({ length: 8 }, (_, no) => (no === 0 ? group(0, [1, 1, 1, 1]) : flat(no)));
    const filled = fillBatch(rule, [], tried);

    assert.equal(filled.status, 'starved');
    assert.match(filled.status === 'starved' ? filled.detail : '', /8 groups were rolled out and 0 are valid/);
    assert.match(
      filled.status === 'starved' ? filled.detail : '',
      /all right 1, all wrong 7, equal 0, mixed 0, lost 0/,
    );
  });

  it('never lets a group without spread into a batch and never exceeds its guard', () => {
    const rewards = fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 0, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(rewards, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (lists, target) => {
        const some = { ...rule, target };
        const tried = lists.slice(0, some.maxGroups).map((list, no) => group(no, list));
        const filled = fillBatch(some, [], tried);
        if (filled.status === 'full')
          return filled.batch.length === target && filled.batch.every((one) => judgeGroup(one, some) === 'valid');
        if (filled.status === 'open') return filled.more >= 1 && tried.length + filled.more <= some.maxGroups;
        return tried.length === some.maxGroups;
      }),
    );
  });

  it('drops carried groups that are more steps old than allowed', () => {
    const { kept, stale } = freshGroups([mixed(0, 1), mixed(1, 2), mixed(2, 3)], 3, 1);

    assert.deepEqual(
      kept.map((one) => one.group),
      [1, 2],
    );
    assert.equal(stale, 1);
  });

  it('counts how the rewards of its groups are spread', () => {
    const groups = [mixed(0), flat(1), group(2, [1, 1, 1, 1]), group(3, [0.5, 0.5, 0.5, 0.5]), group(4, [1])];

    assert.deepEqual(passRates(groups, rule), { allGood: 1, allBad: 1, equal: 1, mixed: 1, lost: 1 });
  });
});
