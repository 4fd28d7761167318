/** The task that the made-up episode plays, with its scores and its server of two tools. */
import type { ScoredTask } from '../../../src/domain/export/episodes/astra-rows.ts';

const rating = (score: number) => ({ reason: `worth ${score}`, score });
const question = 'How many lines does the file "notes/a.txt" have?';
const parameters = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] };

export function madeUpTask(): ScoredTask {
  return {
    variant: {
      server: 's'.repeat(64),
      task: 'task-1',
      mode: 'plan',
      question,
      targetTools: ['read_file'],
      analysis: 'A server of files.',
      language: 'en',
      augmentation: null,
    },
    original: question,
    toolCount: null,
    chain: ['list_files', 'read_file'],
    scores: {
      tool_selection_difficulty: rating(2),
      tool_selection_uniqueness: rating(5),
      question_quality: rating(4),
      scenario_realism: rating(4),
      tool_use_necessity: rating(5),
    },
    server: {
      name: 'files',
      title: 'Files',
      description: 'Reads files.',
      domain: 'office',
      licence: 'MIT',
      origin: 'mcp',
      reach: { kind: 'documents' },
      tools: [
        { name: 'read_file', description: 'Reads a file.', parameters },
        { name: 'list_files', description: 'Lists files.', parameters: { type: 'object' } },
      ],
      dropped: [],
      chains: [],
    },
    graph: null,
  };
}
