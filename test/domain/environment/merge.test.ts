import assert from 'node:assert/strict';
import fc from 'fast-check';
import { documentProblems } from '../../../src/domain/environment/document-rules.ts';
import { uniteDocuments } from '../../../src/domain/environment/merge.ts';
import { mergeOrder } from '../../../src/domain/environment/merge-order.ts';
import type { ToolDocument } from '../../../src/domain/environment/schema.ts';
import type { Json } from '../../../src/domain/json.ts';

function document(
  properties: Record<string, Record<string, Json>>,
  required: string[],
  description = 'Finds a price.',
): ToolDocument {
  return {
    name: 'find_price',
    description,
    parameters: { type: 'object', properties: properties as ToolDocument['parameters']['properties'], required },
  };
}

describe('the union of two documents', () => {
  it('has the parameters, enum values and sentences of both', () => {
    const base = document(
      { item: { type: 'string', enum: ['tea'] }, limit: { type: 'integer', minimum: 1, default: 5 } },
      ['item'],
    );
    const member = document(
      { item: { type: 'string', enum: ['tea', 'milk'] }, shop: { type: 'string', default: 'any' } },
      ['item'],
      'Finds a price. Works for every shop.',
    );
    assert.deepEqual(uniteDocuments(base, { ...member, name: 'price_of' }), {
      ok: true,
      document: {
        name: 'find_price',
        description: 'Finds a price. Works for every shop.',
        parameters: {
          type: 'object',
          properties: {
            item: { type: 'string', enum: ['tea', 'milk'] },
            limit: { type: 'integer', minimum: 1, default: 5 },
            shop: { type: 'string', default: 'any' },
          },
          required: ['item'],
        },
      },
    });
  });

  it('takes the one parameter that each side requires alone for the same one', () => {
    const united = uniteDocuments(
      document({ item: { type: 'string' } }, ['item']),
      document({ product: { type: 'string' } }, ['product']),
    );
    assert.deepEqual(united.ok && united.document.parameters.properties, { item: { type: 'string' } });
  });

  it('drops limits that only one side has, and keeps the wider of two', () => {
    const base = document({ n: { type: 'integer', minimum: 3, maximum: 9, enum: [3, 4] } }, ['n']);
    const united = uniteDocuments(base, document({ n: { type: 'integer', minimum: 1 } }, ['n']));
    assert.deepEqual(united.ok && united.document.parameters.properties, { n: { type: 'integer', minimum: 1 } });
  });

  const conflicts: readonly [string, ToolDocument, ToolDocument][] = [
    ['types', document({ n: { type: 'integer' } }, ['n']), document({ n: { type: 'string' } }, ['n'])],
    [
      'required parameters',
      document({ n: { type: 'integer' } }, ['n']),
      document({ n: { type: 'integer' }, m: { type: 'string' } }, ['n', 'm']),
    ],
    [
      'defaults',
      document({ n: { type: 'integer' }, m: { type: 'integer', default: 1 } }, ['n']),
      document({ n: { type: 'integer' }, m: { type: 'integer', default: 2 } }, ['n']),
    ],
  ];
  for (const [title, base, member] of conflicts) {
    it(`is refused when ${title} contradict each other`, () => {
      assert.equal(uniteDocuments(base, member).ok, false);
    });
  }

  it('is always a valid document that keeps the promises of its base', () => {
    const optional = fc.dictionary(
      fc.stringMatching(/^[b-f]$/),
      fc.constantFrom<Record<string, Json>>(
        { type: 'string', default: 'x' },
        { type: 'integer', default: 1, minimum: 0 },
      ),
    );
    fc.assert(
      fc.property(optional, optional, (ours, theirs) => {
        const base = document({ ...ours, key: { type: 'string' } }, ['key']);
        const united = uniteDocuments(base, document({ ...theirs, key: { type: 'string' } }, ['key']));
        if (!united.ok) return true;
        const names = Object.keys(united.document.parameters.properties);
        const complete = [...Object.keys(ours), ...Object.keys(theirs)].every((name) => names.includes(name));
        return complete && documentProblems(united.document, base).length === 0;
      }),
    );
  });
});

describe('the merge order', () => {
  it('is a permutation drawn from the seed', () => {
    assert.deepEqual(mergeOrder('inst-1/rates', [1, 2, 3, 4]), mergeOrder('inst-1/rates', [1, 2, 3, 4]));
    assert.deepEqual(
      mergeOrder('inst-1/rates', [1, 2, 3, 4]).toSorted((a, b) => a - b),
      [1, 2, 3, 4],
    );
    const bases = new Set(Array.from({ length: 40 }, (_, seed) => mergeOrder(String(seed), [1, 2, 3])[0]));
    assert.equal(bases.size, 3);
  });
});
