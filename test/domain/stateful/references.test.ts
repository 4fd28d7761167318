import assert from 'node:assert/strict';
import { referencesIn, resolveArguments, resolveReferences } from '../../../src/domain/stateful/references.ts';

const results = [{ order_id: 'o-7', lines: [{ sku: 'a' }] }, { total: 160 }];

describe('references of a gold plan', () => {
  it('stand for a field of an earlier result, also inside lists and objects', () => {
    const args = { id: '$1.order_id', sum: '$2.total', nested: { skus: ['$1.lines.0.sku', 'b'] }, plain: 4 };

    assert.deepEqual(resolveArguments(args, results), {
      ok: true,
      value: { id: 'o-7', sum: 160, nested: { skus: ['a', 'b'] }, plain: 4 },
    });
  });

  it('are whole texts of their form: money and sentences are none', () => {
    const texts = ['$12', '$1.50 each', 'costs $1.order_id', '$.total', ''];

    assert.deepEqual(referencesIn(texts), []);
    assert.deepEqual(resolveReferences(texts, results), { ok: true, value: texts });
  });

  it('that lead nowhere are named', () => {
    assert.deepEqual(resolveReferences({ id: '$3.order_id' }, results), { ok: false, missing: '$3.order_id' });
    assert.deepEqual(resolveReferences(['$2.sum'], results), { ok: false, missing: '$2.sum' });
    assert.deepEqual(resolveReferences('$2.toString', results), { ok: false, missing: '$2.toString' });
  });
});
