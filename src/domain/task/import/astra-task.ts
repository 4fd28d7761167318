/**
 * One row of ASTRA's tasks as a task of ours (method §4.4): the question that was asked, the tools it is meant to take, and
 * the scores that came along. Nothing of it is taken on trust: the task is checked and scored like one of our own.
 */
import type { Json } from '../../json.ts';
import { readAstraRow } from '../../tool-pool/read-astra-row.ts';
import type { GivenTask, WriterReply } from '../schema.ts';
import { astraDimensions, readRating } from './rating.ts';
import { type AstraTaskRow, AstraTaskRow as RowSchema } from './schema.ts';
import { readTaggedReply, toolNames } from './tagged-reply.ts';

export type TaskReading =
  | { readonly ok: true; readonly server: string; readonly given: GivenTask }
  | { readonly ok: false; readonly detail: string };

/** The task of a row, with the name of its server; the reason when it is none. */
export function readAstraTask(value: Json): TaskReading {
  const parsed = RowSchema.safeParse(value);
  if (!parsed.success) return refuse('expected {"query_info": {…}, "mcp_info": {"base_info": {…}}}');
  const server = readAstraRow(value);
  if (server?.ok !== true) return refuse('"mcp_info" describes no server');
  const reply = replyOf(parsed.data);
  if (reply === undefined) return refuse('neither a question with its tools, nor a reply in tags');
  const scores = scoresOf(parsed.data);
  if (typeof scores === 'string') return refuse(scores);
  return { ok: true, server: server.server.name, given: { ...reply, scores } };
}

const refuse = (detail: string): TaskReading => ({ ok: false, detail });

function replyOf({ query_info: info, response }: AstraTaskRow): WriterReply | undefined {
  const question = questionOf(info ?? {});
  if (question === '') return response == null ? undefined : readTaggedReply(response);
  const tools = new Set([info?.target_tools ?? []].flat().flatMap(toolNames));
  if (tools.size === 0) return undefined;
  return { server_analysis: text(info?.server_analysis), target_tools: [...tools], question };
}

/** The augmented question where there is one: a row is one variant. */
function questionOf({
  augmented_query_info: augmented,
  generated_question,
}: NonNullable<AstraTaskRow['query_info']>): string {
  return text(augmented?.augmented_question) || text(generated_question);
}

/** The scores by dimension, or the one that cannot be read. */
function scoresOf({ query_info: info }: AstraTaskRow): GivenTask['scores'] | string {
  const said = info?.query_score_info?.quality_scores ?? {};
  const scores: { [dimension: string]: number } = {};
  for (const dimension of astraDimensions) {
    const rating = said[dimension];
    if (rating === undefined || rating === null) continue;
    const score = readRating(dimension, rating);
    if (score === undefined) return `${dimension} is ${JSON.stringify(rating).slice(0, 80)}, which is no rating`;
    scores[dimension] = score;
  }
  return scores;
}

const text = (value: string | null | undefined): string => (value ?? '').trim();
