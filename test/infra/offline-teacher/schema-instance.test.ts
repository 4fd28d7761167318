import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { rngOf } from '../../../infra/offline-teacher/draws.ts';
import { instanceOf } from '../../../infra/offline-teacher/replies/schema-instance.ts';
import type { Json } from '../../../src/domain/json.ts';
import { serve } from './serving.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

/** Errors of the instance, one for each seed that has any. */
function faultsOf(schema: Json): string[] {
  const validate = ajv.compile(schema as object);
  return [1, 2, 3, 4].flatMap((seed) => {
    const value = instanceOf(schema, rngOf(String(seed)));
    return validate(value) ? [] : [`${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`];
  });
}

const KNOWN: readonly Json[] = [
  { type: 'object', properties: { score: { type: 'number', minimum: 0, maximum: 1 } }, required: ['score'] },
  { type: 'array', items: { enum: ['a', 'b', 'c', 'd'] }, minItems: 3, uniqueItems: true },
  { anyOf: [{ type: 'null' }, { type: 'object', properties: { a: { const: 7 } }, required: ['a'] }] },
  { type: 'integer', exclusiveMinimum: 4, maximum: 9, multipleOf: 3 },
  { type: ['string', 'null'], minLength: 30, maxLength: 40 },
  { type: 'string', pattern: '^[A-Z]{2}-\\d{4}(?:/[a-f]+)?$' },
  { type: 'string', format: 'date-time' },
  {
    $defs: {
      tree: {
        type: 'object',
        properties: { kids: { type: 'array', items: { $ref: '#/$defs/tree' } } },
        required: ['kids'],
      },
    },
    $ref: '#/$defs/tree',
  },
  {
    allOf: [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      { properties: { b: { type: 'integer' } }, required: ['b'] },
    ],
  },
  { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false, minItems: 2 },
  { type: 'object', additionalProperties: { type: 'boolean' }, minProperties: 2 },
];

const schemas = fc.letrec<{ schema: Json; object: Json; array: Json; leaf: Json }>((tie) => ({
  schema: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('object'), tie('array')),
  leaf: fc.oneof(
    fc.constantFrom<Json>({ type: 'string' }, { type: 'boolean' }, { type: 'null' }, { enum: [1, 'x', null] }),
    fc.integer({ min: -50, max: 50 }).map((minimum) => ({ type: 'integer', minimum, maximum: minimum + 3 })),
    fc.nat(30).map((minLength) => ({ type: 'string', minLength, maxLength: minLength + 2 })),
  ),
  object: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('schema'), { maxKeys: 4 }).map((properties) => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  })),
  array: fc.record({ items: tie('schema'), minItems: fc.nat(3) }).map((words) => ({ type: 'array', ...words })),
}));

describe('an instance of an unknown schema', () => {
  for (const schema of KNOWN) {
    it(`fits ${JSON.stringify(schema).slice(0, 70)}`, () => assert.deepEqual(faultsOf(schema), []));
  }

  it('fits whatever schema of objects, lists and bounded values comes', () => {
    fc.assert(
      fc.property(schemas.schema, (schema) => assert.deepEqual(faultsOf(schema), [])),
      { numRuns: 200 },
    );
  });

  it('is what a prompt outside the table is answered with', async () => {
    const teacher = await serve();
    try {
      const schema = { type: 'object', properties: { verdict: { enum: ['pass', 'fail'] } }, required: ['verdict'] };
      const format = { type: 'json_schema', json_schema: { name: 'someone-elses', schema } };
      const body = { messages: [{ role: 'user', content: 'Judge this.' }], response_format: format };
      const reply = JSON.parse(await (await teacher.post('/v1/chat/completions', body)).text());
      assert.match(reply.choices[0].message.content, /^\{"verdict":"(pass|fail)"\}$/);
    } finally {
      await teacher.close();
    }
  });
});
