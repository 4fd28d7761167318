import assert from 'node:assert/strict';
import { readDecomposition } from '../../../src/domain/decomposition/import.ts';
import { readVerifyResult, writeVerifyResult } from '../../../src/domain/decomposition/verify-result.ts';
import type { Json } from '../../../src/domain/json.ts';
import { accepted, rejectedBy, sourceQuestion, threeNodes } from './examples.ts';

const imported = sourceQuestion({
  mode: 'decomposition',
  domain: 'general',
  hops: { min: 1, max: 1000 },
  licence: 'CC-BY-4.0',
});

const astra = {
  uuid: 'b2c1',
  scenario_type: 'Multi-Hop',
  main_question: '车站附近最便宜的酒店每晚多少钱？',
  final_answer: 300,
  decomposition_trace: [
    {
      _uuid: '1',
      hop_level: 1,
      sub_question: '车站附近最便宜的酒店是哪一家？',
      is_parallel: false,
      dependency: null,
      sub_answer: '海港酒店',
    },
    {
      _uuid: '2',
      hop_level: 2,
      sub_question: '这家酒店每晚的价格是多少？',
      is_parallel: false,
      dependency: [1],
      sub_answer: 300,
    },
  ],
  _metadata: { domain: 'travel', model_name: 'm', num_hops: 2 },
  tool_necessity_legitimacy: true,
};

describe('importing decompositions', () => {
  it('reads an ASTRA row with string ids, its own domain, and keeps the rest as provenance', () => {
    const instance = accepted(astra, imported);
    assert.deepEqual(
      [instance.domain, instance.language, instance.scenario, instance.answer.value],
      ['travel', 'zh', 'Multi-Hop', 300],
    );
    assert.deepEqual(
      instance.nodes.map((node) => node.dependencies),
      [[], [1]],
    );
    assert.equal(instance.source.sourceId, 'b2c1');
    assert.equal(instance.source.licence, 'CC-BY-4.0');
    assert.deepEqual(instance.source.provenance, { tool_necessity_legitimacy: true, _metadata: astra._metadata });
    assert.deepEqual(instance.differingClaims, {});
  });

  it('believes the language a row names unless its script is clearly another', () => {
    assert.equal(rejectedBy({ ...astra, _metadata: { language: 'en' } }, imported), 'language_mismatch');
    const { uuid: _, _metadata: __, scenario_type: ___, ...bare } = astra;
    const instance = accepted(bare, imported);
    assert.deepEqual([instance.language, instance.domain, instance.source.sourceId], ['zh', 'general', undefined]);
  });

  it('reads its own instance back to the same content', () => {
    const instance = accepted({ ...threeNodes, answer: ['a; b', 'c'] });
    const again = accepted(instance, imported);
    assert.deepEqual(again.nodes, instance.nodes);
    assert.deepEqual([again.id, again.answer, again.source.sourceId], [instance.id, instance.answer, instance.id]);
  });

  it('reads a candidate environment without its tools', () => {
    const row = {
      ...threeNodes,
      id: 7,
      note: 'kept',
      nodes: threeNodes.nodes.map((node) => ({ ...node, tool: null })),
    };
    const read = readDecomposition(row as Json);
    assert.ok(read.ok);
    assert.deepEqual([read.claimed.sourceId, read.claimed.provenance], ['7', { note: 'kept' }]);
  });
});

describe("ASTRA's verify_result", () => {
  const code = {
    score: 0.75,
    extra_info: {
      dependency: { score: 1, extra_info: [] },
      data_quality: { score: 0.5 },
      forced_serialization: { score: 1 },
      completeness: { score: 0.5 },
    },
  };
  const documented = {
    dependency_score: 1,
    atomicity_score: 0.5,
    forced_serialization_score: 1,
    subqa_completeness_score: 0.5,
    overall_score: 0.75,
  };

  it('is read in both shapes to the same figures', () => {
    const value = { score: 0.75, checks: { dependency: 1, atomicity: 0.5, serialization: 1, completeness: 0.5 } };
    assert.deepEqual(readVerifyResult(code), { ok: true, value });
    assert.deepEqual(readVerifyResult(documented), { ok: true, value });
  });

  it('is refused with figures outside their scale, such as a mean of -24', () => {
    for (const row of [
      { ...code, score: -24 },
      { ...documented, overall_score: 1.5 },
      { ...documented, overall_score: '0.0' },
      {},
      null,
    ]) {
      assert.equal(readVerifyResult(row).ok, false, JSON.stringify(row));
    }
  });

  it('is written with null where there is no figure', () => {
    const written = writeVerifyResult({
      checks: {
        dependency: { kind: 'na', why: 'no node depends on another' },
        atomicity: { kind: 'score', value: 0.5, reasons: ['node 1: two jobs'] },
        serialization: { kind: 'score', value: 1, reasons: [] },
        completeness: { kind: 'unresolved', class: 'no_reply', detail: 'timed out' },
      },
      score: null,
      coverage: { scored: 2, na: 1, unresolved: 1 },
    });
    assert.deepEqual(written, {
      score: null,
      extra_info: {
        dependency: { score: null, extra_info: { na: 'no node depends on another' } },
        data_quality: { score: 0.5, extra_info: { reasons: ['node 1: two jobs'] } },
        forced_serialization: { score: 1, extra_info: { reasons: [] } },
        completeness: { score: null, extra_info: { unresolved: 'no_reply', detail: 'timed out' } },
      },
    });
  });
});
