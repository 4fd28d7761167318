import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeInstance } from '../../../src/domain/decomposition/judgement.ts';
import type { NecessityReply } from '../../../src/domain/decomposition/schema.ts';
import type { CheckReplies } from '../../../src/domain/decomposition/scores.ts';
import { judgeNecessity, scoreInstance } from '../../../src/domain/decomposition/scores.ts';
import { selectInstances } from '../../../src/domain/decomposition/selection.ts';
import { accepted, itemOf, threeNodes } from './examples.ts';

const instance = accepted(threeNodes);

function needs(...flags: boolean[]): NecessityReply {
  return { nodes: flags.map((needs_tool, index) => ({ id: index + 1, needs_tool, reason: 'r' })) };
}

const perfect: CheckReplies = {
  dependency: [{ node: 3, reply: { reason: 'r', missing: [], useless: [] } }],
  atomicity: { nodes: [1, 2, 3].map((id) => ({ id, atomic: true, reason: 'r' })) },
  serialization: { reason: 'r', problematic: [] },
  completeness: { requirements: [{ requirement: 'cost', covered_by: [3] }], reason: 'r' },
};

describe('tool necessity', () => {
  it('gives a tool to the nodes that need one', () => {
    assert.deepEqual(judgeNecessity(instance, needs(true, true, false)), { legal: true, toolNodes: [1, 2] });
  });

  it('rejects an instance in which others depend on a node without a tool', () => {
    assert.deepEqual(judgeNecessity(instance, needs(false, true, true)), {
      legal: false,
      rule: 'tool_necessity',
      detail: 'other nodes depend on nodes that need no tool: 1',
    });
  });

  it('finds such a node although ids came as strings (probe 20)', () => {
    const strings = accepted(
      itemOf([
        ['1', []],
        ['2', [1]],
      ]),
    ); // prettier-ignore
    assert.equal(judgeNecessity(strings, needs(false, true)).legal, false);
  });

  it('rejects an instance without any tool, and a reply that leaves nodes out', () => {
    assert.equal(judgeNecessity(accepted(itemOf([[1, []]])), needs(false)).legal, false);
    assert.equal(judgeNecessity(instance, needs(true, true)).legal, false);
  });
});

describe('the score of an instance', () => {
  it('is the mean of the four checks', () => {
    const { score, coverage } = scoreInstance(instance, {
      ...perfect,
      atomicity: { nodes: [1, 2, 3].map((id) => ({ id, atomic: id !== 2, reason: 'r' })) },
      completeness: { requirements: [{ requirement: 'cost', covered_by: [] }], reason: 'r' },
    });
    assert.equal(score?.toFixed(6), ((1 + 2 / 3 + 1 + 0) / 4).toFixed(6));
    assert.deepEqual(coverage, { scored: 4, na: 0, unresolved: 0 });
  });

  it('has no number when all judges are down (probe 19)', () => {
    const { score, checks, coverage } = scoreInstance(instance, {
      dependency: [{ node: 3, reply: null }],
      atomicity: null,
      serialization: null,
      completeness: null,
    });
    assert.equal(score, null);
    assert.deepEqual(
      Object.values(checks).map((verdict) => verdict.kind),
      Array(4).fill('unresolved'),
    );
    assert.deepEqual(coverage, { scored: 0, na: 0, unresolved: 4 });
  });

  it('has no number when any single check is missing or incomplete', () => {
    const gaps: Partial<CheckReplies>[] = [
      { dependency: [] },
      { atomicity: null },
      { atomicity: { nodes: perfect.atomicity?.nodes.slice(1) ?? [] } },
      { serialization: null },
      { completeness: null },
    ];
    for (const gap of gaps)
      assert.equal(scoreInstance(instance, { ...perfect, ...gap }).score, null, JSON.stringify(gap));
  });

  it('leaves the dependency check out when no node depends on another, and says so', () => {
    const flat = accepted(
      itemOf([
        [1, []],
        [2, []],
        [3, []],
      ]),
    ); // prettier-ignore
    const { score, checks, coverage } = scoreInstance(flat, {
      ...perfect,
      dependency: [],
      serialization: { reason: 'r', problematic: [1, 2, 3] },
    });
    assert.equal(score?.toFixed(6), (2 / 3).toFixed(6));
    assert.deepEqual(checks.dependency, { kind: 'na', why: 'no node depends on another' });
    assert.deepEqual(coverage, { scored: 3, na: 1, unresolved: 0 });
  });

  it('fails a dependency for a missing fact or a useless reference, and only for real references', () => {
    const value = (reply: { missing: string[]; useless: number[] }): unknown =>
      scoreInstance(instance, { ...perfect, dependency: [{ node: 3, reply: { reason: 'why', ...reply } }] }).checks
        .dependency;
    assert.deepEqual(value({ missing: ['rate'], useless: [] }), { kind: 'score', value: 0, reasons: ['node 3: why'] });
    assert.deepEqual(value({ missing: [], useless: [2] }), { kind: 'score', value: 0, reasons: ['node 3: why'] });
    assert.deepEqual(value({ missing: [], useless: [99] }), { kind: 'score', value: 1, reasons: [] });
  });

  it('counts only known ids as serialised or covering', () => {
    const { checks } = scoreInstance(instance, {
      ...perfect,
      serialization: { reason: 'r', problematic: [2, 2, 77] },
      completeness: { requirements: [{ requirement: 'cost', covered_by: [77] }], reason: 'r' },
    });
    assert.equal(checks.serialization.kind === 'score' && checks.serialization.value.toFixed(6), (2 / 3).toFixed(6));
    assert.deepEqual(checks.completeness, { kind: 'score', value: 0, reasons: ['r', 'not covered: cost'] });
  });

  it('stays in [0, 1] whatever ids the judges name', () => {
    const ids = fc.array(fc.integer({ min: -5, max: 9 }));
    fc.assert(
      fc.property(ids, ids, ids, (useless, problematic, covered_by) => {
        const { score } = scoreInstance(instance, {
          ...perfect,
          dependency: [{ node: 3, reply: { reason: 'r', missing: [], useless } }],
          serialization: { reason: 'r', problematic },
          completeness: { requirements: [{ requirement: 'x', covered_by }], reason: 'r' },
        });
        return score !== null && score >= 0 && score <= 1;
      }),
    );
  });
});

describe('what becomes of a judged instance', () => {
  it('is scored when every judge answered', () => {
    const { outcome, score, toolNodes } = judgeInstance(instance, {
      necessity: needs(true, true, true),
      checks: perfect,
    });
    assert.deepEqual([outcome, score?.score, toolNodes], [{ status: 'ok' }, 1, [1, 2, 3]]);
  });

  it('is rejected for an illegal need of tools, before any check', () => {
    const { outcome } = judgeInstance(instance, { necessity: needs(false, true, true), checks: null });
    assert.equal(outcome.status === 'rejected' && outcome.rule, 'tool_necessity');
  });

  it('is quarantined by the judge that gave no usable reply, with the reasons', () => {
    const quarantine = (necessity: NecessityReply | null, checks: CheckReplies | null, why?: string[]): unknown =>
      judgeInstance(instance, { necessity, checks }, why).outcome;
    const legal = needs(true, true, true);
    assert.deepEqual(quarantine(null, null, ['timed out']), {
      status: 'quarantined',
      judge: 'decomposition/necessity',
      detail: 'timed out',
    });
    assert.deepEqual(quarantine(legal, null), {
      status: 'quarantined',
      judge: 'decomposition/checks',
      detail: 'no usable reply',
    });
    assert.deepEqual(quarantine(legal, { ...perfect, serialization: null }, ['503']), {
      status: 'quarantined',
      judge: 'decomposition/serialization',
      detail: 'no usable reply; 503',
    });
  });
});

describe('selection', () => {
  const items = [0.1, 0.9, null, 0.5, 0.9].map((score, index) => ({ id: `i${index}`, score }));

  it('takes the percentile of the scored instances, ties in', () => {
    assert.deepEqual(selectInstances(items, { percentile: 90 }), {
      selected: ['i1', 'i4'],
      scored: 4,
      unscored: 1,
      threshold: 0.9,
    });
    assert.deepEqual(selectInstances(items, { percentile: 0 }).selected, ['i0', 'i1', 'i3', 'i4']);
  });

  it('takes an absolute threshold', () => {
    assert.deepEqual(selectInstances(items, { threshold: 0.5 }).selected, ['i1', 'i3', 'i4']);
  });

  it('selects nothing when nothing has a score (probe 19)', () => {
    const none = [{ id: 'a', score: null }];
    assert.deepEqual(selectInstances(none, { percentile: 0 }), {
      selected: [],
      scored: 0,
      unscored: 1,
      threshold: null,
    });
    assert.deepEqual(selectInstances(none, { threshold: 0 }).selected, []);
  });

  it('never selects an unscored instance, nor lets it change which others are', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(score), fc.nat(100), fc.nat(5), (scores, percentile, gaps) => {
        const scored = scores.map((value, index) => ({ id: `s${index}`, score: value }));
        const unscored = Array.from({ length: gaps }, (_, index) => ({ id: `u${index}`, score: null }));
        const selected = selectInstances([...unscored, ...scored], { percentile }).selected;
        assert.deepEqual(selected, selectInstances(scored, { percentile }).selected);
      }),
    );
  });
});
