/**
 * Conversations as OpenAI messages (method §7.6): the row that trainers and fine-tuning services read. Every message of
 * the assistant says by `weight` whether it is trained on; a row without one that is never leaves.
 */
import type { EpisodeMessage } from '../../episode/schema.ts';
import type { Json, JsonObject } from '../../json.ts';
import { episodeMeta, type JudgedEpisode, scoreFields } from './judged-episode.ts';

/** The row, or undefined when no message of the assistant is trained on. */
export function sftMessagesRow(judged: JudgedEpisode): JsonObject | undefined {
  const { episode, maskedCalls } = judged;
  const messages = episode.messages.map((message) => weighted(message, maskedCalls));
  if (!messages.some((message) => message['weight'] === 1)) return undefined;
  return { messages, tools: episode.tools as Json, parallel_tool_calls: true, meta: episodeMeta(judged) };
}

/** True when a turn is not to be trained on: shapes that cannot say so leave such a conversation out. */
export function isMasked({ episode, maskedCalls }: JudgedEpisode): boolean {
  return episode.messages.some((message) => weightOf(message, maskedCalls) === 0);
}

/** A judged conversation, selected or not, as `judge trajectories` and `reward` read it. */
export function trajectoryRow(judged: JudgedEpisode): JsonObject {
  const { episode, outcome, selected, leftOut } = judged;
  const scores = scoreFields(judged.score);
  return {
    id: episode.id,
    tools: episode.tools as Json, // an episode was parsed from JSON
    messages: episode.messages as Json,
    expects: episode.plan.expects,
    scores,
    overall_score: scores['overall'] ?? null,
    outcome,
    selected,
    left_out: leftOut === '' ? null : leftOut,
    meta: episodeMeta(judged),
  };
}

function weighted(message: EpisodeMessage, maskedCalls: ReadonlySet<string>): JsonObject {
  const weight = weightOf(message, maskedCalls);
  // A message was parsed from JSON: it holds JSON values only.
  return { ...(message as JsonObject), ...(weight === undefined ? {} : { weight }) };
}

/** Undefined for messages of others, on which nothing is ever trained. */
function weightOf(message: EpisodeMessage, maskedCalls: ReadonlySet<string>): 0 | 1 | undefined {
  if (message.role !== 'assistant') return undefined;
  return (message.tool_calls ?? []).some(({ id }) => maskedCalls.has(id)) ? 0 : 1;
}
