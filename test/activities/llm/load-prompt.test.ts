import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { loadPrompts, parsePrompt } from '../../../src/activities/llm/load-prompt.ts';
import { capitalPrompt, capitalSpec, capitalText } from './capital-prompt.ts';

describe('parsePrompt', () => {
  it('keeps sections, inputs in their order, the hash of the file and the schema of the reply', () => {
    const { system, inputs, hash, schemaName, schema, version, output } = capitalPrompt;

    assert.deepEqual(
      [system, inputs, schemaName, version, output],
      ['You know capitals.', ['country', 'style'], 'test_capital', 1, 'CapitalReply'],
    );
    assert.equal(hash, createHash('sha256').update(capitalText).digest('hex'));
    assert.equal(
      JSON.stringify(schema),
      '{"title":"test_capital","type":"object","properties":{"reason":{"type":"string"},"capital":{"type":"string"},"population":{"type":"number","minimum":0}},"required":["reason","capital","population"],"additionalProperties":false}',
    );
  });

  it('shows a bound of a whole number only when it says something', () => {
    const reply = z.strictObject({ id: z.int(), share: z.int().min(1).max(9) });

    assert.deepEqual(parsePrompt(capitalText, { ...capitalSpec, replySchema: reply }).schema['properties'], {
      id: { type: 'integer' },
      share: { type: 'integer', minimum: 1, maximum: 9 },
    });
  });

  const broken: [string, [string, string], RegExp][] = [
    ['another id', ['id: test/capital', 'id: test/other'], /id "test\/other"/],
    ['another role', ['role: judge', 'role: agent'], /role "agent"/],
    ['a field too many', ['version: 1', 'version: 1\nhint: x'], /front matter.*Unrecognized key: "hint"/s],
    ['a version that is no number', ['version: 1', 'version: one'], /front matter/],
    ['an input without placeholder', ['[country, style]', '[country, style, year]'], /inputs "country, style, year"/],
    ['a placeholder without input', ['[country, style]', '[country]'], /inputs "country"/],
    ['an input shown twice', ['Name the', '{{style}}\nName the'], /inputs/],
    ['a placeholder inside a line', ['{{country}}', 'It is {{country}}.'], /stands alone on its line/],
    ['a placeholder of another form', ['{{country}}', '{{Country}}'], /stands alone on its line/],
    ['a placeholder above the user section', ['You know', '{{style}} You know'], /below "## user"/],
    ['no user section', ['## user', '## human'], /expected front matter/],
  ];
  for (const [title, [from, to], why] of broken) {
    it(`refuses ${title}`, () => {
      assert.throws(() => parsePrompt(capitalText.replace(from, to), capitalSpec), {
        name: 'PromptError',
        message: why,
      });
    });
  }
});

describe('loadPrompts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'prompts-'));
    mkdirSync(join(folder, 'test'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads one file per spec', async () => {
    writeFileSync(join(folder, 'test/capital.md'), capitalText);

    const book = await loadPrompts(folder, [capitalSpec]);

    assert.deepEqual([...book.keys()], ['test/capital']);
    assert.deepEqual(book.get('test/capital'), capitalPrompt);
  });

  it('refuses a spec without file', async () => {
    await assert.rejects(loadPrompts(folder, [capitalSpec]), {
      name: 'PromptError',
      message: /test\/capital has no file/,
    });
  });

  it('refuses a file without spec', async () => {
    writeFileSync(join(folder, 'test/lost.md'), capitalText);

    await assert.rejects(loadPrompts(folder, []), { name: 'PromptError', message: /lost\.md has no spec/ });
  });
});
