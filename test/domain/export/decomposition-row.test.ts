import assert from 'node:assert/strict';
import { decompositionRow } from '../../../src/domain/export/decomposition-row.ts';

const phrase = (text: string) => ({ text, type: 'phrase', value: text }) as const;

describe('a decomposition row', () => {
  it('carries trace, necessity and scores in the published shape, with null where a check does not apply', () => {
    const row = decompositionRow({
      instance: {
        schemaVersion: 1,
        id: 'inst-1',
        question: 'Which twin?',
        answer: phrase('Oslo'),
        language: 'en',
        domain: 'travel',
        nodes: [
          { id: 1, subQuestion: 'Twin?', answer: phrase('Oslo'), dependencies: [], hopLevel: 1, isParallel: false },
        ],
        hops: 1,
        scenario: 'Single-Hop',
        differingClaims: {},
        source: { mode: 'domain', questionId: 'question-1', provenance: {} },
      },
      necessity: { nodes: [{ id: 1, needs_tool: true, reason: 'outside' }] },
      score: {
        checks: {
          dependency: { kind: 'na', why: 'no node depends on another' },
          atomicity: { kind: 'score', value: 1, reasons: [] },
          serialization: { kind: 'score', value: 1, reasons: ['none'] },
          completeness: { kind: 'score', value: 0, reasons: ['gap'] },
        },
        score: 2 / 3,
        coverage: { scored: 3, na: 1, unresolved: 0 },
      },
      selected: false,
    });

    assert.deepEqual(row, {
      uuid: 'inst-1',
      scenario_type: 'Single-Hop',
      main_question: 'Which twin?',
      final_answer: 'Oslo',
      decomposition_trace: [
        {
          _uuid: 1,
          hop_level: 1,
          sub_question: 'Twin?',
          is_parallel: false,
          dependency: null,
          sub_answer: 'Oslo',
          tool_necessity: true,
          reason: 'outside',
        },
      ],
      tool_necessity_legitimacy: true,
      verify_result: {
        score: 2 / 3,
        extra_info: {
          dependency: { score: null, extra_info: { na: 'no node depends on another' } },
          data_quality: { score: 1, extra_info: { reasons: [] } },
          forced_serialization: { score: 1, extra_info: { reasons: ['none'] } },
          completeness: { score: 0, extra_info: { reasons: ['gap'] } },
        },
      },
      _metadata: {
        domain: 'travel',
        language: 'en',
        question_id: 'question-1',
        source_id: null,
        licence: null,
        selected: false,
      },
    });
  });
});
