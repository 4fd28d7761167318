import assert from 'node:assert/strict';
import { recogniseError } from '../../../src/domain/tool-call/recognise-error.ts';

const by = (text: string, structured?: object, isError?: boolean): string | null =>
  recogniseError({ isError, text, structured: structured as never });

describe('an error without the flag', () => {
  it('is recognised by how real servers word it', () => {
    for (const text of [
      'Error: Only SELECT queries are allowed for read_query',
      'Database error: near "no": syntax error',
      'Error executing tool git_create_branch: Cannot create it',
      'Error occurred: Invalid arguments for tool plan_task: [\n  {\n    "code": 1\n  }\n]',
      'Input validation error: expected string',
      'MCP error -32602: Tool echo: Invalid input',
      '3 validation errors for call[create_document]\nfilename\n  Missing required argument',
      'Document no-such-thing-42 does not exist',
      'Image file not found: a.png',
      'Invalid paragraph index. Document has 0 paragraphs (0--1).',
      'Paragraph index 999999 out of range',
      'Must provide either footnote_id or search_text',
      'Failed to convert document to PDF using all available methods.\nRecorded errors: none',
      "KeyError('x')",
      'ValueError: bad',
      'Traceback (most recent call last):\n  File "a.py"',
      'ENOENT: no such file or directory',
      'Access denied - path outside allowed directories',
      '❌ Unknown command',
      '404 Not Found',
      '## 錯誤\n\n找不到ID為 `x` 的任務。',
    ]) {
      assert.equal(by(text), 'text', text);
    }
  });

  it('is recognised by what an object says of itself', () => {
    for (const object of [
      { error: 'File not found: x' },
      { success: false, message: 'Invalid session' },
      { ok: false },
      { status: 'error', message: 'Request not found' },
      { status: 'task_not_found', message: 'No such task found' },
      { status: 404, detail: 'nothing here' },
      { error: { code: 5 } },
      { error: 'unknown', suggestion: 'try another' },
    ]) {
      assert.equal(by(JSON.stringify(object)), 'structure', JSON.stringify(object));
      assert.equal(by('', object), 'structure');
      assert.equal(by(JSON.stringify({ result: JSON.stringify(object) })), 'structure');
    }
  });

  it('is not seen in content that speaks of errors', () => {
    for (const text of [
      'The error rate fell to 2 % after the fix.',
      'Successfully wrote to error.log',
      'Errors are how we learn: a talk',
      '{"success":true,"error":"none"}',
      '{"valid":false,"error":"Unexpected token"}',
      '{"data":[1],"error":"one row was skipped"}',
      '{"id":5,"status":"failed","name":"nightly","started":"now","ended":"now"}',
      '{"error":null,"items":[]}',
      '{"error":""}',
      '[{"error":"x"}]',
      'No results.',
      '0',
      '',
      `${'A long story. '.repeat(40)}The file was not found.`,
    ]) {
      assert.equal(by(text), null, text);
    }
  });

  it('yields to the flag', () => {
    assert.equal(by('all is well', undefined, true), 'flag');
    assert.equal(by('Error: no', undefined, false), 'text');
  });
});
