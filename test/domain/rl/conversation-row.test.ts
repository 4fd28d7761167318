import assert from 'node:assert/strict';
import { conversationRow } from '../../../src/domain/rl/conversation-row.ts';

const parameters = { type: 'object', properties: { path: { type: 'string' }, depth: { type: 'integer' } } };
const tool = { type: 'function', function: { name: 'list', description: 'Lists a folder.', parameters } };
const messages = [
  { role: 'user', content: 'What is there?' },
  { role: 'assistant', content: 'Nothing.', weight: 0 },
];
const row = { messages, tools: [tool], parallel_tool_calls: true, meta: { id: 'e' } };

describe('a judged conversation as a row of SFT', () => {
  it('has messages with their weights and the documents of its tools, and nothing else', () => {
    assert.deepEqual(conversationRow(row, 'documents'), { messages, tools: [tool], parallel_tool_calls: true });
    assert.deepEqual(conversationRow({ messages }, 'documents'), { messages });
  });

  it('shows tools as the run shows them, since servers document more than a small policy can read', () => {
    assert.deepEqual(conversationRow(row, 'signatures')['tools'], [{ name: 'list', parameters: ['path', 'depth'] }]);
    assert.deepEqual(conversationRow(row, 'calls')['tools'], [{ name: 'list', arguments: { path: '', depth: 0 } }]);
  });
});
