import assert from 'node:assert/strict';
import { CodeFacts } from '../../../src/domain/environment/inspection/schema.ts';
import type { ToolDocument } from '../../../src/domain/environment/schema.ts';
import { codeSignatureFindings } from '../../../src/domain/environment/signature-rules.ts';
import { planNames } from '../../../src/domain/environment/unique-names.ts';
import { proven } from '../../support/proven-tools.ts';

function facts(parameters: readonly [string, boolean, unknown?][]): CodeFacts {
  return CodeFacts.parse({
    syntax_error: null,
    functions: [
      {
        name: 'tool',
        line: 1,
        is_async: false,
        parameters: parameters.map(([name, required, value = null]) => ({
          name,
          kind: 'plain',
          required,
          default: value,
          default_is_literal: !required,
        })),
        unused: [],
        name_offsets: [4],
      },
    ],
    ...Object.fromEntries(
      [
        'assigned',
        'imports',
        'attributes',
        'builtins',
        'dunders',
        'clocks',
        'statements',
        'writes',
        'literals',
        'tables',
      ].map((key) => [key, []]),
    ),
  });
}

function document(names: readonly string[], required: string[]): ToolDocument {
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  return { name: 'tool', description: 'd', parameters: { type: 'object', properties, required } };
}

describe('the signature of the code', () => {
  const details = (tool: ToolDocument, code: CodeFacts): string[] =>
    codeSignatureFindings(tool, code).map((one) => one.detail);

  it('has the required parameters first, in the order of the document', () => {
    const tool = document(['zone', 'city', 'unit', 'day'], ['city', 'zone']);
    assert.deepEqual(
      details(
        tool,
        facts([
          ['zone', true],
          ['city', true],
          ['unit', false],
          ['day', false],
        ]),
      ),
      [],
    );
    assert.deepEqual(
      details(
        tool,
        facts([
          ['city', true],
          ['zone', true],
          ['unit', false],
          ['day', false],
        ]),
      ),
      [],
    );
    assert.deepEqual(
      details(
        tool,
        facts([
          ['city', true],
          ['zone', true],
          ['day', false],
          ['unit', false],
        ]),
      ),
      ['the order of the parameters differs from the document; expected city, zone, unit, day'],
    );
  });

  it('may have its optional parameters in any order when storage has sorted those of the document', () => {
    const tool = document(['city', 'day', 'unit'], ['city']);
    assert.deepEqual(
      details(
        tool,
        facts([
          ['city', true],
          ['unit', false],
          ['day', false],
        ]),
      ),
      [],
    );
  });

  it('differs by names, by what is required, and by defaults', () => {
    const tool = document(['city', 'unit'], ['city']);
    assert.deepEqual(details(tool, facts([['city', true]])), ['the function lacks unit']);
    assert.deepEqual(
      details(
        tool,
        facts([
          ['city', true],
          ['unit', false],
          ['x', false],
        ]),
      ),
      ['the document knows no x'],
    );
    assert.deepEqual(
      details(
        tool,
        facts([
          ['city', false],
          ['unit', true],
        ]),
      ),
      ['city is required and must have no default', 'unit is optional and must have a default'],
    );
    assert.deepEqual(
      details(
        tool,
        facts([
          ['city', true],
          ['unit', false, 'km'],
        ]),
      ),
      ['the default of unit must be None as in the document'],
    );
  });
});

describe('names of tools', () => {
  it('stay for the first and get the next free number for the others', () => {
    const named = (name: string) =>
      proven(1, { city: 'Paris' }, { document: { ...document(['city'], ['city']), name } });
    const names = planNames(['rate', 'rate_2', 'rate', 'rate', 'other'].map(named)).map((one) => one.name);
    assert.deepEqual(names, ['rate', 'rate_2', 'rate_3', 'rate_4', 'other']);
  });

  it('stay within 64 characters', () => {
    const long = 'x'.repeat(64);
    const named = proven(1, { city: 'Paris' }, { document: { ...document(['city'], ['city']), name: long } });
    assert.deepEqual(
      planNames([named, named]).map((one) => one.name),
      [long, `${'x'.repeat(62)}_2`],
    );
  });
});
