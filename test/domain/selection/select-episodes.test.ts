import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Verdict } from '../../../src/domain/decomposition/scores.ts';
import type { DimensionName, TrajectoryScore } from '../../../src/domain/judgement/dimensions.ts';
import { scoreHistogram } from '../../../src/domain/selection/histogram.ts';
import { type Candidate, selectEpisodes } from '../../../src/domain/selection/select-episodes.ts';

const settings = { overall: 0.8, coverage: 4, nearDuplicate: 0.8 };
const nothing = new Map<string, string>();

/** A score of seven equal dimensions, but for those that are named. */
function scored(overall: number | null, zero: readonly DimensionName[] = [], scoredCount = 7): TrajectoryScore {
  const of = (name: DimensionName): Verdict => {
    const value = zero.includes(name) ? 0 : (overall ?? 1);
    return { kind: 'score', value, reasons: ['call_1_1: timed out'] };
  };
  return {
    dimensions: {
      tool_concise: of('tool_concise'),
      final_answer: of('final_answer'),
      tool_call: of('tool_call'),
      tool_plan: of('tool_plan'),
      tool_understand: of('tool_understand'),
      query_understand: of('query_understand'),
      query_plan: of('query_plan'),
    },
    toolCallAgent: 1,
    overall,
    coverage: { scored: scoredCount, na: 7 - scoredCount, unresolved: overall === null ? 1 : 0 },
  };
}

function candidate(id: string, more: Partial<Candidate> = {}): Candidate {
  const calls = [{ name: 'read', arguments: `{"path":"${id}"}` }];
  return {
    id,
    task: `task-${id}`,
    server: 'files',
    question: `What stands in ${id}?`,
    calls,
    score: scored(0.9),
    ...more,
  };
}

function rules(candidates: readonly Candidate[], more: object = {}, contaminated = nothing): Record<string, string> {
  const { refused } = selectEpisodes(candidates, { ...settings, ...more }, contaminated);
  return Object.fromEntries(refused.map(({ id, rule }) => [id, rule]));
}

describe('selection of conversations', () => {
  it('refuses by the first rule that a score breaks, and keeps a score at the threshold', () => {
    const found = rules([
      candidate('kept', { score: scored(0.8) }),
      candidate('silent', { score: scored(null) }),
      candidate('thin', { score: scored(1, [], 3) }),
      candidate('wrong', { score: scored(0.95, ['final_answer', 'tool_call']) }),
      candidate('failing', { score: scored(0.95, ['tool_call']) }),
      candidate('poor', { score: scored(0.79) }),
    ]);
    assert.deepEqual(found, {
      silent: 'unresolved',
      thin: 'low_coverage',
      wrong: 'final_answer_zero',
      failing: 'tool_call_zero',
      poor: 'low_overall',
    });
  });

  it('says of a contaminated conversation where its text stands', () => {
    const found = selectEpisodes([candidate('a')], settings, new Map([['a', 'bfcl.jsonl line 3: "…"']]));
    assert.deepEqual(found, {
      selected: [],
      refused: [{ id: 'a', rule: 'contaminated', detail: 'bfcl.jsonl line 3: "…"' }],
    });
  });

  it('keeps the better of two conversations with one question and the same calls, however they are spelled', () => {
    const first = candidate('a', { question: 'Read  x.', calls: [{ name: 'f', arguments: '{"a":1,"b":2}' }] });
    const same = candidate('b', {
      question: 'read X',
      calls: [{ name: 'f', arguments: '{"b": 2, "a": 1}' }],
      score: scored(1),
    });
    const other = candidate('c', { question: 'read X', calls: [{ name: 'f', arguments: '{"b": 3}' }] });
    assert.deepEqual(rules([first, same, other]), { a: 'duplicate_conversation' });
  });

  it('lets go of the worse of two questions that share most of their word triples', () => {
    const long = 'Please list every file in the folder notes and tell me the size of the largest one in bytes';
    const near = candidate('near', { question: `${long} now`, score: scored(0.85) });
    const far = candidate('far', { question: 'Convert five miles to kilometres and round the result to two digits' });
    assert.deepEqual(rules([near, candidate('kept', { question: long }), far]), { near: 'near_duplicate_question' });
    assert.deepEqual(rules([near, candidate('kept', { question: long }), far], { nearDuplicate: 1 }), {});
  });

  it('fills a task and a server with its best conversations', () => {
    const three = [0.8, 1, 0.9].map((overall, at) => candidate(`e${at}`, { task: 't', score: scored(overall) }));
    assert.deepEqual(rules(three, { perTask: 1 }), { e0: 'task_full', e2: 'task_full' });
    const alone = candidate('x', { server: 'clock' });
    assert.deepEqual(rules([...three, alone], { serverShare: 0.5 }), { e0: 'server_full' });
  });

  it('gives every candidate one place, in plan order, whatever order the equals came in', () => {
    const scores = fc.constantFrom(0.5, 0.8, 0.9, 1);
    const drawn = fc.array(
      fc.record({ task: fc.constantFrom('s', 't', 'u'), overall: scores, word: fc.constantFrom('cat', 'dog', 'fox') }),
    );
    fc.assert(
      fc.property(drawn, (list) => {
        const all = list.map(({ task, overall, word }, at) =>
          candidate(`e${at}`, { task, score: scored(overall), question: `Where is the ${word}?` }),
        );
        const { selected, refused } = selectEpisodes(all, { ...settings, perTask: 2 }, nothing);
        const ids = all.map(({ id }) => id);
        assert.deepEqual([...selected, ...refused.map(({ id }) => id)].sort(), [...ids].sort());
        assert.deepEqual(
          selected,
          ids.filter((id) => selected.includes(id)),
        );
        assert.ok(
          all.every((one) => all.filter((other) => other.task === one.task && selected.includes(other.id)).length <= 2),
        );
      }),
    );
  });
});

describe('histogram of overall scores', () => {
  it('counts a score on a border above it, and says what each border lets through', () => {
    const steps = scoreHistogram([0, 0.29, 0.3, 0.1 + 0.2, 0.8, 1, 1, 0.7]);
    assert.deepEqual(
      steps.map(({ count }) => count),
      [1, 0, 1, 2, 0, 0, 0, 1, 1, 2],
    );
    assert.deepEqual(steps.at(8), { from: 0.8, count: 1, above: 0.375 });
    assert.deepEqual(scoreHistogram([]), []);
  });
});
