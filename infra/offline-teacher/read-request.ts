/** What a chat request asks for, whoever sent it. */
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { digest } from './draws.ts';
import { asList, asObject, asText, isObject, parseJson, sortedJson } from './json-text.ts';
import { contentText } from './message-text.ts';
import { promptOf } from './replies/prompt-table.ts';

export interface ChatRequest {
  /** SHA-256 of the body with sorted keys: the identity of the request. */
  readonly hash: string;
  readonly body: JsonObject;
  /** Known prompt id, or undefined. */
  readonly prompt: string | undefined;
  readonly schema: JsonObject | undefined;
  /** The model name decides: "offline-teacher-compact", or any that ends in "-compact". */
  readonly profile: 'usual' | 'compact';
  readonly inputs: { readonly [name: string]: Json };
  /** Text of the last user message. */
  readonly lastUser: string;
  readonly tools: readonly Json[];
}

export function readRequest(body: JsonObject): ChatRequest {
  const messages = asList(body['messages']).map(asObject);
  const asked = messages
    .filter((message) => message['role'] === 'user')
    .map((message) => contentText(message['content']));
  const lastUser = asked.at(-1) ?? '';
  const blocks = readBlocks(asked.join('\n'));
  const format = asObject(asObject(body['response_format'])['json_schema']);
  const schema = [format['schema'], blocks['reply_schema']].find((one) => isObject(one));
  const prompt = [asText(format['name']), asText(asObject(schema)['title'])]
    .map(promptOf)
    .find((id) => id !== undefined);
  return {
    hash: digest(sortedJson(body)),
    body,
    prompt,
    schema: schema === undefined ? undefined : asObject(schema),
    profile: asText(body['model']).endsWith('-compact') ? 'compact' : 'usual',
    inputs: blocks,
    lastUser,
    tools: asList(body['tools']),
  };
}

/** JSON values on the lines after `[name]` lines; the first of a name counts, so that no value can pose as a block. */
function readBlocks(text: string): { [name: string]: Json } {
  const lines = text.split('\n');
  const blocks: { [name: string]: Json } = {};
  lines.forEach((line, at) => {
    const name = /^\[([A-Za-z_][\w-]*)\]\s*$/.exec(line)?.[1];
    const value = name === undefined ? undefined : parseJson(lines[at + 1] ?? '');
    if (name !== undefined && value !== undefined && !Object.hasOwn(blocks, name)) blocks[name] = value;
  });
  return blocks;
}
