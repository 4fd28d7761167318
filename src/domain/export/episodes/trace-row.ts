/**
 * Judged conversations as traces of verifiers 0.4 (ours): one episode a line with the trace of its agent, for its viewers and
 * for scoring again without inference. We have no token ids, so the token lists are empty; and no clock, so times are 0.
 */
import type { EpisodeMessage, EpisodeStep } from '../../episode/schema.ts';
import type { Json, JsonObject } from '../../json.ts';
import { dimensionNames } from '../../judgement/dimensions.ts';
import { episodeMeta, type JudgedEpisode, scoreFields } from './judged-episode.ts';

/** The overall score is the reward, null when a dimension has no verdict; the dimensions are metrics. */
export function traceRow(judged: JudgedEpisode): JsonObject {
  const { episode, outcome } = judged;
  const ok = outcome === 'ok';
  const task = taskOf(judged);
  return {
    id: episode.id,
    env: { id: `astra/${episode.serverName}` },
    task,
    ok,
    is_timeout: false,
    errors: [],
    traces: [{ ...traceOf(judged, task), ok }],
  };
}

function taskOf({ task, episode: { plan } }: JudgedEpisode): JsonObject {
  const { question: prompt, targetTools: target_tools, expects, kind, language } = plan;
  return { type: 'AstraTask', data: { name: plan.variant, prompt, target_tools, expects, kind, language }, key: task };
}

function traceOf(judged: JudgedEpisode, task: JsonObject): JsonObject {
  const { episode, score } = judged;
  const { overall, coverage: _, ...metrics } = scoreFields(score);
  const tools = episode.tools.map((tool) => ({ type: 'function', ...tool.function })) as Json; // parsed from JSON
  return {
    version: 1,
    id: `${episode.id}/agent`,
    verifiers: { version: '0.4.0' },
    task,
    agent: { config: {}, name: 'agent', trainable: true },
    tools,
    nodes: episode.messages.map((message, at) => node(message, at, tools)),
    calls: callsOf(judged),
    rewards: { overall: overall === null || overall === undefined ? null : { score: overall, weight: 1 } },
    metrics: Object.fromEntries(dimensionNames.map((name) => [name, metrics[name] ?? null])),
    info: episodeMeta(judged),
    is_completed: true,
    stop_condition: episode.stopReason,
    is_timeout: false,
    errors: [],
    timing: { start: 0 },
  };
}

/** Messages in a row, each after the one before; the tools stand with the first. */
function node(message: EpisodeMessage, at: number, tools: Json): JsonObject {
  const own = message.role === 'assistant' ? said(message) : (message as JsonObject); // parsed from JSON
  return {
    parent: at === 0 ? null : at - 1,
    ...(at === 0 ? { tools } : {}),
    semantic_parents: [],
    message: own,
    sampled: message.role === 'assistant',
    timestamp: 0,
    token_ids: [],
    mask: [],
    is_content: [],
    logprobs: [],
  };
}

function said({
  role,
  content,
  reasoning_content,
  tool_calls,
}: Extract<EpisodeMessage, { role: 'assistant' }>): JsonObject {
  return {
    role,
    content,
    ...(reasoning_content === undefined ? {} : { reasoning_content }),
    ...(tool_calls === undefined
      ? {}
      : { tool_calls: tool_calls.map((call) => ({ id: call.id, type: 'function', ...call.function })) }),
  };
}

/** One for each reply of the agent, in order. */
function callsOf({ episode }: JudgedEpisode): Json {
  const { messages, steps, agent } = episode;
  const replies = messages.flatMap(({ role }, at) => (role === 'assistant' ? [at] : []));
  const made = steps.filter((step): step is AgentStep => step.kind === 'agent');
  return made.slice(0, replies.length).map((step, at) => ({
    node: replies[at] ?? null,
    model: agent.model,
    sampling: { temperature: agent.temperature, top_p: agent.topP, max_tokens: agent.maxTokens, seed: agent.seed },
    finish_reason: finishReasons.find((known) => known === step.finishReason) ?? null,
    usage: { prompt_tokens: step.promptTokens, completion_tokens: step.completionTokens },
    time: { start: 0, end: 0 },
  }));
}

type AgentStep = Extract<EpisodeStep, { kind: 'agent' }>;
const finishReasons = ['stop', 'length', 'tool_calls'] as const;
