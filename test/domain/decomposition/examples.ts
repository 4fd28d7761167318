import assert from 'node:assert/strict';
import { normaliseDecomposition } from '../../../src/domain/decomposition/normalise.ts';
import type { DecompositionItem, Instance, SourceQuestion } from '../../../src/domain/decomposition/schema.ts';
import type { Json } from '../../../src/domain/json.ts';

/** A source row that accepts any depth from 1 to 5. */
export function sourceQuestion(overrides: Partial<SourceQuestion> = {}): SourceQuestion {
  return {
    mode: 'domain',
    domain: 'shopping',
    language: 'en',
    hops: { min: 1, max: 5 },
    repeat: 0,
    provenance: {},
    ...overrides,
  };
}

/** A reply item with one node per entry: its id and what it depends on. */
export function itemOf(nodes: readonly [number | string, readonly (number | string)[] | null][]): DecompositionItem {
  return {
    question: 'How much do 3 copies of The Salt Road cost at Nordlicht Books?',
    answer: '56.70 EUR',
    nodes: nodes.map(([id, dependencies], index) => ({
      id,
      sub_question: `What is figure number ${index + 1} of Nordlicht Books?`,
      answer: `${index + 1}8.90 EUR`,
      dependencies: dependencies === null ? null : [...dependencies],
    })),
  };
}

/** Two parallel lookups and a node that rests on both. */
export const threeNodes = itemOf([
  [1, []],
  [2, null],
  [3, [1, 2]],
]);

export function accepted(item: unknown, source = sourceQuestion()): Instance {
  const result = normaliseDecomposition(item as Json, source);
  assert.equal(result.status, 'accepted', JSON.stringify(result));
  assert.ok(result.status === 'accepted');
  return result.instance;
}

export function rejectedBy(item: unknown, source = sourceQuestion()): string {
  const result = normaliseDecomposition(item as Json, source);
  return result.status === 'rejected' ? result.rule : `accepted ${JSON.stringify(result.instance.nodes)}`;
}
