/** Episodes that tests of exports and selections start from: one server of files, one question, one call. */
import type { Episode, EpisodeMessage } from '../../../src/domain/episode/schema.ts';
import type { EpisodeVerdict } from '../../../src/domain/episode/verdict/schema.ts';
import type { JudgedEpisode } from '../../../src/domain/export/episodes/judged-episode.ts';

type Said = Extract<EpisodeMessage, { role: 'assistant' }>;

/** An assistant message with calls: id, name, arguments as text. */
export function calling(made: readonly (readonly [string, string, string])[], more: Partial<Said> = {}): Said {
  const toCall = ([id, name, args]: readonly [string, string, string]) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: args },
  });
  return { role: 'assistant', content: null, tool_calls: made.map(toCall), ...more };
}

export const result = (id: string, content: string): EpisodeMessage => ({ role: 'tool', tool_call_id: id, content });

const question = 'How many lines does the file "notes/a.txt" have?';

export function madeUpEpisode(changes: Partial<Episode> = {}): Episode {
  return {
    id: 'episode-1',
    plan: {
      server: 's'.repeat(64),
      variant: 'variant-1',
      kind: 'single',
      question,
      targetTools: ['read_file'],
      language: 'en',
      withheldTools: [],
      user: null,
      expects: 'calls',
    },
    serverName: 'files',
    domain: 'office',
    licence: 'MIT',
    environment: 'live',
    tools: [
      {
        type: 'function',
        function: {
          name: 'read_file',
          description: 'Reads a file.',
          parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
        },
      },
    ],
    toolsHash: 't'.repeat(64),
    messages: [
      { role: 'system', content: 'Plan ahead.' },
      { role: 'user', content: question },
      calling([['call_1_1', 'read_file', '{"path":"notes/a.txt"}']], {
        content: 'I read the file first.',
        reasoning_content: 'The count is in the file.',
      }),
      result('call_1_1', 'one\ntwo'),
      { role: 'assistant', content: 'It has 2 lines.' },
    ],
    steps: [
      { kind: 'agent', call: 'k1', finishReason: 'tool_calls', promptTokens: 100, completionTokens: 20 },
      {
        kind: 'tool',
        callId: 'call_1_1',
        name: 'read_file',
        status: 'ok',
        source: 'live',
        problem: null,
        injected: null,
        state: 'state-1',
      },
      { kind: 'agent', call: 'k2', finishReason: 'stop', promptTokens: 140, completionTokens: 8 },
    ],
    stopReason: 'final_answer',
    agent: { model: 'agent-model', temperature: 0.7, topP: 0.95, maxTokens: 4096, seed: 7 },
    failures: { rate: 0.2, injected: [] },
    attempt: 0,
    ...changes,
  };
}

const good = (value: number) => ({ kind: 'score' as const, value, reasons: ['said so'] });

export function madeUpVerdict(changes: Partial<EpisodeVerdict> = {}): EpisodeVerdict {
  return {
    trajectory: 'j'.repeat(64),
    judges: [{ query: 'q1', calls: 'c1', answer: 'a1', steps: [], lacking: [] }],
    score: {
      dimensions: {
        tool_concise: good(1),
        final_answer: good(0.75),
        tool_call: good(1),
        tool_plan: { kind: 'na', why: 'no turn read results while the work went on' },
        tool_understand: { kind: 'na', why: 'no turn read results while the work went on' },
        query_understand: good(1),
        query_plan: good(1),
      },
      overall: 0.95,
      toolCallAgent: 1,
      coverage: { scored: 5, na: 2, unresolved: 0 },
    },
    second: null,
    ...changes,
  };
}

/** An episode that was judged, selected, and is exported whole. */
export function judgedEpisode(episode: Partial<Episode> = {}, more: Partial<JudgedEpisode> = {}): JudgedEpisode {
  return {
    episode: madeUpEpisode(episode),
    task: 'task-1',
    score: madeUpVerdict().score,
    second: null,
    judge: 'judge-model',
    outcome: 'ok',
    selected: true,
    leftOut: '',
    maskedCalls: new Set(),
    ...more,
  };
}
