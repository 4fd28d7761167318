/**
 * Conversations as LlamaFactory reads them (method §7.6): turns of the world at odd places, of the model at even ones, so
 * the results of one turn are one observation. What the model says beside its calls stands as its thought, the only
 * place that a turn of calls has for text.
 */
import type { EpisodeMessage } from '../../episode/schema.ts';
import { canonicalJson } from '../../ids.ts';
import type { Json, JsonObject } from '../../json.ts';
import { episodeMeta, type JudgedEpisode } from './judged-episode.ts';

type Said = Extract<EpisodeMessage, { role: 'assistant' }>;
type Result = Extract<EpisodeMessage, { role: 'tool' }>;

export function shareGptRow(judged: JudgedEpisode): JsonObject {
  const { messages, tools } = judged.episode;
  const system = messages.flatMap((message) => (message.role === 'system' ? [message.content] : []));
  return {
    conversations: conversation(messages),
    system: system.join('\n\n'),
    // LlamaFactory takes the functions themselves, in one text.
    tools: canonicalJson(tools.map((tool) => tool.function) as Json),
    meta: episodeMeta(judged),
  };
}

/** The entry that LlamaFactory needs beside the file. */
export function shareGptInfo(file: string): JsonObject {
  return {
    astra: {
      file_name: file,
      formatting: 'sharegpt',
      columns: { messages: 'conversations', tools: 'tools', system: 'system' },
      tags: {
        role_tag: 'from',
        content_tag: 'value',
        user_tag: 'human',
        assistant_tag: 'gpt',
        observation_tag: 'observation',
        function_tag: 'function_call',
        system_tag: 'system',
      },
    },
  };
}

interface Turn {
  readonly from: 'human' | 'gpt' | 'function_call' | 'observation';
  readonly value: string;
}

function conversation(messages: readonly EpisodeMessage[]): Json {
  const names = new Map(messages.flatMap((one) => callsOf(one).map((call) => [call.id, call.function.name] as const)));
  const turns: Turn[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role === 'assistant') turns.push(modelTurn(message));
    if (message.role === 'tool' && messages[at - 1]?.role !== 'tool')
      turns.push(observation(resultsFrom(messages, at), names));
    if (message.role === 'user') addUser(turns, message.content);
  }
  return turns.map((turn) => ({ ...turn }));
}

function callsOf(message: EpisodeMessage): NonNullable<Said['tool_calls']> {
  return message.role === 'assistant' ? (message.tool_calls ?? []) : [];
}

/** Two messages of the user in a row are one turn. */
function addUser(turns: Turn[], value: string): void {
  const last = turns.at(-1);
  if (last?.from === 'human') turns.splice(-1, 1, { from: 'human', value: `${last.value}\n\n${value}` });
  else turns.push({ from: 'human', value });
}

function modelTurn(message: Said): Turn {
  const calls = callsOf(message).map((call) => ({
    name: call.function.name,
    arguments: read(call.function.arguments),
  }));
  const { reasoning_content: reasoning = '', content } = message;
  if (calls.length === 0) return { from: 'gpt', value: `${thought([reasoning])}${content ?? ''}` };
  const made = calls.length === 1 ? calls[0] : calls;
  return { from: 'function_call', value: `${thought([reasoning, content ?? ''])}${canonicalJson(made ?? null)}` };
}

function thought(texts: readonly string[]): string {
  const said = texts.filter((text) => text !== '').join('\n\n');
  return said === '' ? '' : `<think>\n${said}\n</think>\n\n`;
}

/** Arguments that are no JSON stay the text that the model wrote. */
function read(text: string): Json {
  try {
    return JSON.parse(text === '' ? '{}' : text) as Json; // JSON.parse returns JSON values and nothing else
  } catch {
    return text;
  }
}

function resultsFrom(messages: readonly EpisodeMessage[], start: number): Result[] {
  const end = messages.findIndex(({ role }, at) => at > start && role !== 'tool');
  return messages.slice(start, end === -1 ? undefined : end).flatMap((one) => (one.role === 'tool' ? [one] : []));
}

/** One result as it is, several as a list with the name of each tool. */
function observation(results: readonly Result[], names: ReadonlyMap<string, string>): Turn {
  const [first] = results;
  if (results.length === 1 && first !== undefined) return { from: 'observation', value: first.content };
  const list = results.map((one) => ({ name: names.get(one.tool_call_id) ?? '', content: one.content }));
  return { from: 'observation', value: canonicalJson(list) };
}
