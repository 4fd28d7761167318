import assert from 'node:assert/strict';
import fc from 'fast-check';
import { argumentProblems } from '../../../src/domain/environment/argument-check.ts';
import { argumentVariants } from '../../../src/domain/environment/argument-variants.ts';
import { CodeFacts } from '../../../src/domain/environment/inspection/schema.ts';
import { invalidArguments } from '../../../src/domain/environment/invalid-arguments.ts';
import type { ToolDocument } from '../../../src/domain/environment/schema.ts';
import { hashJson } from '../../../src/domain/ids.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { seededRng } from '../../../src/domain/random.ts';
import { populationDocument } from '../../support/python-tools.ts';

function factsWith(data: Json): CodeFacts {
  return CodeFacts.parse({
    syntax_error: null,
    functions: [],
    assigned: [],
    imports: [],
    attributes: [],
    builtins: [],
    dunders: [],
    clocks: [],
    statements: [],
    writes: [],
    literals: [],
    tables: [{ name: 'TABLE', data }],
  });
}

function variantsOf(
  document: ToolDocument,
  args: Record<string, Json>,
  facts = factsWith({ items: [] }),
): JsonObject[] {
  const call = { name: document.name, arguments: args as Record<string, never> };
  return [...argumentVariants({ document, call, facts, validate: argumentProblems }, seededRng('test'))];
}

const row = (city: string, year: number): Json => ({
  entries: [
    ['city', city],
    ['year', year],
    ['people', year * 3],
  ],
});

describe('other valid arguments', () => {
  it('begin with the keys beside the one that the call names', () => {
    const facts = factsWith({
      entries: [
        ['paris', 1],
        ['lyon', 2],
        ['nice', 3],
      ],
    });
    const variants = variantsOf(populationDocument, { city: 'Paris' }, facts);
    assert.deepEqual(
      variants
        .slice(0, 2)
        .map((variant) => String(variant['city']))
        .toSorted((a, b) => a.localeCompare(b)),
      ['lyon', 'nice'],
    );
  });

  it('take the fields of one record together, so that a look-up by two keys finds it', () => {
    const document: ToolDocument = {
      ...populationDocument,
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, year: { type: 'integer' } },
        required: ['city', 'year'],
      },
    };
    const facts = factsWith({ items: [row('Paris', 2020), row('Lyon', 2021), row('Nice', 2022)] });
    const variants = variantsOf(document, { city: 'paris', year: 2020 }, facts);
    assert.deepEqual(
      variants.slice(0, 2).toSorted((a, b) => Number(a['year']) - Number(b['year'])),
      [
        { city: 'Lyon', year: 2021 },
        { city: 'Nice', year: 2022 },
      ],
    );
  });

  it('fit the document, differ from the call and from each other, whatever the call says', () => {
    const document: ToolDocument = {
      ...populationDocument,
      parameters: {
        type: 'object',
        properties: {
          text: { type: 'string', maxLength: 30 },
          count: { type: 'integer', minimum: 0, maximum: 50 },
          mode: { type: 'string', enum: ['a', 'b'] },
          days: { type: 'array', items: { type: 'string' }, minItems: 1 },
        },
        required: ['text', 'count'],
      },
    };
    const values = fc.record({
      text: fc.string({ maxLength: 20 }),
      count: fc.integer({ min: 0, max: 50 }),
      mode: fc.constantFrom('a', 'b'),
      days: fc.array(fc.constantFrom('2024-02-28', 'x y'), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(values, (args) => {
        const variants = variantsOf(document, args);
        const hashes = new Set(variants.map((variant) => hashJson(variant)));
        return (
          variants.length > 0 &&
          variants.length <= 24 &&
          hashes.size === variants.length &&
          !hashes.has(hashJson(args)) &&
          variants.every((variant) => argumentProblems(document, variant).length === 0)
        );
      }),
    );
  });
});

describe('invalid arguments', () => {
  it('lack a required one, have a wrong type, leave the enum, or name nothing that exists', () => {
    const call = { name: 'lookup_population', arguments: { city: 'Paris' } };
    assert.deepEqual(invalidArguments(populationDocument, call), [
      { kind: 'missing', parameter: 'city', args: {} },
      { kind: 'wrong_type', parameter: 'city', args: { city: { unexpected: true } } },
      { kind: 'out_of_range', parameter: 'unit', args: { city: 'Paris', unit: 'no_such_member' } },
      { kind: 'unknown', parameter: 'city', args: { city: 'zzq unknown 7f3a' } },
    ]);
  });
});
