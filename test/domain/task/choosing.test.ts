import assert from 'node:assert/strict';
import fc from 'fast-check';
import { episodeId, planEpisode } from '../../../src/domain/task/episode-plans.ts';
import { gateTask } from '../../../src/domain/task/gate.ts';
import { drawKind } from '../../../src/domain/task/kinds.ts';
import { nearDuplicates } from '../../../src/domain/task/near-duplicates.ts';
import type { ScoreReply, ScriptReply } from '../../../src/domain/task/schema.ts';
import { scriptProblems } from '../../../src/domain/task/script-rules.ts';
import { SimilarTexts } from '../../../src/domain/text/shingles.ts';
import { office, question, variant } from './office.ts';

const thresholds = {
  question_quality: 4,
  scenario_realism: 4,
  tool_use_necessity: 4,
  tool_selection_difficulty: 1,
  tool_selection_uniqueness: 1,
};
const scored = (changes: Partial<Record<keyof ScoreReply, number>> = {}): ScoreReply => {
  const rating = (dimension: keyof ScoreReply) => ({ reason: 'So.', score: changes[dimension] ?? 4 });
  return {
    tool_selection_difficulty: rating('tool_selection_difficulty'),
    tool_selection_uniqueness: rating('tool_selection_uniqueness'),
    question_quality: rating('question_quality'),
    scenario_realism: rating('scenario_realism'),
    tool_use_necessity: rating('tool_use_necessity'),
  };
};

describe('the gate of tasks', () => {
  it('takes all three scores, and records the other two without asking for them', () => {
    assert.deepEqual(
      gateTask(scored({ tool_selection_difficulty: 1, tool_selection_uniqueness: 1 }), null, thresholds),
      {
        status: 'ok',
      },
    );
    const outcome = gateTask(scored({ scenario_realism: 3, tool_use_necessity: 2 }), null, thresholds);
    assert.equal(outcome.status === 'rejected' && outcome.rule, 'low_scenario_realism');
    assert.match(outcome.status === 'rejected' ? outcome.detail : '', /3 is below 4; tool_use_necessity 2 is below 4/);
  });

  it('refuses what a model answers without tools, whatever the scores say', () => {
    const answered = { answer: 'Paris.', missing: '', complete: true };

    const outcome = gateTask(scored({ tool_use_necessity: 5 }), answered, thresholds);

    assert.equal(outcome.status === 'rejected' && outcome.rule, 'answerable_without_tools');
    assert.equal(gateTask(scored(), { ...answered, complete: false }, thresholds).status, 'ok');
  });
});

describe('near-duplicates', () => {
  const one = (id: string, text: string, more: Partial<Parameters<typeof nearDuplicates>[0][number]> = {}) => ({
    id,
    server: 's',
    question: text,
    settled: false,
    ...more,
  });
  const text = 'Please start a new file for Lena Ortiz today and tell me what is in it';

  it('give way to the earlier of their server, and to one that is already played', () => {
    const found = (list: Parameters<typeof nearDuplicates>[0]) =>
      nearDuplicates(list, 0.7).map(({ id, of }) => [id, of]);

    assert.deepEqual(found([one('a', text), one('b', `${text} now`), one('c', 'Something else is wanted here')]), [
      ['b', 'a'],
    ]);
    assert.deepEqual(found([one('a', text), one('b', text, { server: 't' })]), []);
    assert.deepEqual(found([one('a', text), one('b', text, { settled: true })]), [['a', 'b']]);
  });

  it('are those that comparing all pairs finds', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 12 });
    const texts = fc.array(
      words.map((list) => list.join(' ')),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(0.3, 0.5, 0.7, 1), (list, least) => {
        const kept = new SimilarTexts();
        const expected = list.flatMap((said, at) => {
          const nearest = kept.nearest(said, least);
          if (nearest === undefined) kept.add(`q${at}`, said);
          return nearest === undefined ? [] : [{ id: `q${at}`, of: nearest.id, share: nearest.share }];
        });
        assert.deepEqual(
          nearDuplicates(
            list.map((said, at) => one(`q${at}`, said)),
            least,
          ),
          expected,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are found among ten thousand questions without comparing all pairs', () => {
    const questions = Array.from({ length: 10_000 }, (_, at) =>
      one(`q${at}`, `Take item ${at} of shelf ${at * 7} to room ${at * 13} and write ${at * 3} on its label for me`, {
        server: 's',
      }),
    );

    assert.deepEqual(nearDuplicates([...questions, one('again', questions[42]?.question ?? '', {})], 0.7), [
      { id: 'again', of: 'q42', share: 1 },
    ]);
  });
});

describe('the kind of an episode', () => {
  const shares = { single: 1, missing_parameter: 1, missing_tool: 1, changed_mind: 0, multi_request: 0 };

  it('is drawn by shares, the same for the same seed, and none withholds the only tool', () => {
    const draw = fc.record({
      seed: fc.nat(),
      variant: fc.string(),
      n: fc.nat(),
      tools: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(draw, (at) => {
        const kind = drawKind(at, shares);
        assert.equal(kind, drawKind(at, shares));
        assert.ok(kind !== null && shares[kind] > 0);
        if (at.tools === 1) assert.notEqual(kind, 'missing_tool');
      }),
    );
    assert.equal(
      drawKind({ seed: 1, variant: 'v', n: 0, tools: 1 }, { ...shares, single: 0, missing_parameter: 0 }),
      null,
    );
  });
});

describe('the script of a user', () => {
  const script: ScriptReply = {
    goal: 'A file.',
    known: [],
    withheld: [{ name: 'person_name', value: 'Lena Ortiz' }],
    question: 'Start a file, and end it again once it is there.',
    later: null,
  };
  const rules = (kind: Parameters<typeof scriptProblems>[0], changes: Partial<ScriptReply>): string[] =>
    scriptProblems(kind, { script: { ...script, ...changes }, variant, server: office }).map(({ rule }) => rule);

  it('takes out a value that a tool requires and that stood in the question', () => {
    assert.deepEqual(rules('missing_parameter', {}), []);
    assert.deepEqual(rules('missing_parameter', { withheld: [] }), ['script_withholds_nothing']);
    assert.deepEqual(rules('missing_parameter', { withheld: [{ name: 'city', value: 'Lena Ortiz' }] }), [
      'script_unknown_parameter',
    ]);
    assert.deepEqual(rules('missing_parameter', { withheld: [{ name: 'person_name', value: 'Bo' }] }), [
      'script_invents_value',
    ]);
    assert.deepEqual(rules('missing_parameter', { question }), ['script_keeps_value']);
    assert.deepEqual(rules('missing_parameter', { question: 'Sell my bicycle to whoever pays most.' }), [
      'script_other_request',
    ]);
  });

  it('adds a wish that is a request by the rules of all questions', () => {
    const later = { withheld: [], question, later: 'Make it one for "Bo Ek" instead.' };
    assert.deepEqual(rules('changed_mind', later), []);
    assert.deepEqual(rules('multi_request', { ...later, later: null }), ['script_without_wish']);
    assert.deepEqual(rules('multi_request', { ...later, later: question }), ['script_without_wish']);
    assert.deepEqual(rules('multi_request', { ...later, later: 'Then run getNotes.' }), ['names_tool']);
    assert.deepEqual(rules('changed_mind', { ...later, question: 'Another one.' }), ['script_other_request']);
  });
});

describe('the plan of an episode', () => {
  const planned = { id: 'variant-1', variant, order: [[0, 1]] as const, uniqueness: 5 };

  it('forbids every call only when nothing useful is left to call', () => {
    const plans = Array.from({ length: 12 }, (_, n) =>
      planEpisode(planned, { seed: 1, n, kind: 'missing_tool' }, null),
    );

    for (const plan of plans) {
      // The chain's second step rests on its first, and not the other way round.
      assert.equal(plan.expects, plan.withheldTools[0] === 'open_case' ? 'no_call' : 'calls');
      assert.equal(plan.user, null);
    }
    assert.equal(new Set(plans.map(({ withheldTools }) => withheldTools[0])).size, 2);
    const shared = { ...planned, uniqueness: 3 };
    assert.equal(planEpisode(shared, { seed: 1, n: 0, kind: 'missing_tool' }, null).expects, 'calls');
    const free = { ...planned, order: [] };
    assert.equal(planEpisode(free, { seed: 1, n: 0, kind: 'missing_tool' }, null).expects, 'calls');
  });

  it('has an id of its own per number, and needs the script of its user', () => {
    const plan = planEpisode(planned, { seed: 1, n: 0, kind: 'single' }, null);

    assert.notEqual(episodeId(plan, 0), episodeId(plan, 1));
    assert.throws(() => planEpisode(planned, { seed: 1, n: 0, kind: 'changed_mind' }, null), TypeError);
  });
});
