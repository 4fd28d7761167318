import assert from 'node:assert/strict';
import { documentProblems } from '../../../src/domain/environment/document-rules.ts';
import type { ToolDocument } from '../../../src/domain/environment/schema.ts';
import { populationDocument } from '../../support/python-tools.ts';

function withParameters(parameters: ToolDocument['parameters']): ToolDocument {
  return { ...populationDocument, parameters };
}

describe('a tool document', () => {
  it('is valid with typed properties and a required parameter', () => {
    assert.deepEqual(documentProblems(populationDocument), []);
  });

  const broken: readonly [string, ToolDocument, RegExp][] = [
    ['a name with a space', { ...populationDocument, name: 'lookup population' }, /tool name/],
    ['a name of two letters', { ...populationDocument, name: 'ab' }, /tool name/],
    ['a Python keyword as a name', { ...populationDocument, name: 'lambda' }, /keyword/],
    ['no description', { ...populationDocument, description: '  ' }, /description/],
    ['nothing required', withParameters({ type: 'object', properties: { city: { type: 'string' } } }), /at least one/],
    [
      'an unknown required name',
      withParameters({ type: 'object', properties: { city: { type: 'string' } }, required: ['town'] }),
      /"required" names town/,
    ],
    [
      'a property without a type',
      withParameters({ type: 'object', properties: { city: {} }, required: ['city'] }),
      /properties\.city: no type/,
    ],
    [
      'an unknown type',
      withParameters({ type: 'object', properties: { city: { type: 'str' } }, required: ['city'] }),
      /unknown type "str"/,
    ],
    [
      'an array without items',
      withParameters({ type: 'object', properties: { city: { type: 'array' } }, required: ['city'] }),
      /needs "items"/,
    ],
    [
      'an empty enum',
      withParameters({ type: 'object', properties: { city: { type: 'string', enum: [] } }, required: ['city'] }),
      /"enum"/,
    ],
    [
      'a parameter that Python cannot name',
      withParameters({ type: 'object', properties: { from: { type: 'string' } }, required: ['from'] }),
      /cannot be a parameter/,
    ],
  ];
  for (const [title, document, expected] of broken) {
    it(`is refused with ${title}`, () => {
      assert.match(documentProblems(document).join('\n'), expected);
    });
  }

  it('may add optional parameters to its draft, and nothing else', () => {
    const draft = withParameters({ type: 'object', properties: { city: { type: 'string' } }, required: ['city'] });
    assert.deepEqual(documentProblems(populationDocument, draft), []);
    const scaled = withParameters({ type: 'object', properties: { town: { type: 'string' } }, required: ['town'] });
    assert.deepEqual(documentProblems({ ...scaled, name: 'find_population' }, draft), [
      'the tool was renamed from lookup_population to find_population',
      'the parameter city of the draft is gone',
      'the parameter town is newly required',
    ]);
    const retyped = withParameters({ type: 'object', properties: { city: { type: 'integer' } }, required: ['city'] });
    assert.deepEqual(documentProblems(retyped, draft), ['the parameter city no longer takes the types of the draft']);
  });
});
