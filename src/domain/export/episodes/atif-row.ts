/**
 * Judged conversations in the agent trajectory interchange format, ATIF 1.7 (ours), which viewers and harnesses of agents
 * read: a step for each message of the user and each reply of the agent, results beside the calls they answer.
 */
import type { Episode, EpisodeMessage, EpisodeStep } from '../../episode/schema.ts';
import type { Json, JsonObject } from '../../json.ts';
import { episodeMeta, type JudgedEpisode } from './judged-episode.ts';

/** One document; everything that the format has no field for stands under `extra`. */
export function atifRow(judged: JudgedEpisode): JsonObject {
  const { episode, outcome, selected } = judged;
  const { agent, tools } = episode;
  const replies = episode.steps.filter((step) => step.kind === 'agent');
  const sum = (value: (step: AgentStep) => number): number => replies.reduce((total, step) => total + value(step), 0);
  const steps = stepsOf(episode, replies);
  return {
    schema_version: 'ATIF-v1.7',
    session_id: episode.id,
    trajectory_id: episode.id,
    agent: {
      name: 'astra',
      version: '1',
      model_name: agent.model,
      tool_definitions: tools as Json, // an episode was parsed from JSON
      extra: { temperature: agent.temperature, top_p: agent.topP, max_tokens: agent.maxTokens, seed: agent.seed },
    },
    steps,
    final_metrics: {
      total_prompt_tokens: sum(({ promptTokens }) => promptTokens),
      total_completion_tokens: sum(({ completionTokens }) => completionTokens),
      total_steps: steps.length,
    },
    extra: { outcome, selected, ...episodeMeta(judged) },
  };
}

type AgentStep = Extract<EpisodeStep, { kind: 'agent' }>;
type Said = Extract<EpisodeMessage, { role: 'assistant' }>;

function stepsOf({ messages, steps }: Episode, replies: readonly AgentStep[]): JsonObject[] {
  const results = new Map(
    messages.flatMap((one) => (one.role === 'tool' ? [[one.tool_call_id, one.content] as const] : [])),
  );
  const seen = new Map(steps.flatMap((step) => (step.kind === 'tool' ? [[step.callId, step] as const] : [])));
  const told = messages.filter((message) => message.role !== 'tool');
  const said = told.filter(({ role }) => role === 'assistant');
  return told.map((message, at) => {
    const step_id = at + 1;
    if (message.role !== 'assistant') return { step_id, source: message.role, message: message.content };
    const reply = replies[said.indexOf(message)];
    return {
      step_id,
      source: 'agent',
      ...spoken(message),
      ...calls(message, { results, seen }),
      ...(reply && metrics(reply)),
    };
  });
}

function spoken({ content, reasoning_content: reasoning }: Said): JsonObject {
  return { message: content ?? '', ...(reasoning === undefined ? {} : { reasoning_content: reasoning }) };
}

interface Answers {
  readonly results: ReadonlyMap<string, string>;
  readonly seen: ReadonlyMap<string, Extract<EpisodeStep, { kind: 'tool' }>>;
}

function calls({ tool_calls: made }: Said, { results, seen }: Answers): JsonObject {
  if (made === undefined) return {};
  return {
    tool_calls: made.map(({ id, function: called }) => ({
      tool_call_id: id,
      function_name: called.name,
      ...writtenArguments(called.arguments),
    })),
    observation: {
      results: made.map(({ id }) => ({
        source_call_id: id,
        content: results.get(id) ?? null,
        extra: { status: seen.get(id)?.status ?? null, injected: seen.get(id)?.injected ?? null },
      })),
    },
  };
}

/** The format has objects only: what is none is kept as it was written. */
function writtenArguments(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    // What JSON.parse returns is JSON; this one is an object.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { arguments: value as JsonObject };
  } catch {
    // the model wrote no JSON
  }
  return { arguments: {}, extra: { written: text } };
}

function metrics({ promptTokens, completionTokens }: AgentStep): JsonObject {
  return { metrics: { prompt_tokens: promptTokens, completion_tokens: completionTokens }, llm_call_count: 1 };
}
