/**
 * ASTRA's rollouts as OpenAI rows (method §5.1). Messages of one reply are put together again, calls get the ids
 * `call_<turn>_<k>`, and results go to the calls of their turn in order per name: the shape has nothing else to tell them by.
 */
import type { Json, JsonObject } from '../../json.ts';
import { type AnyTool, isFunctionTool } from '../../tool-pool/schema.ts';
import { type QwenMessage, QwenRow } from './schema.ts';

export type ReadQwen =
  | { readonly ok: true; readonly row: JsonObject }
  | { readonly ok: false; readonly detail: string };

/** The row in OpenAI's shape, its reasoning kept; undefined for a row of another kind. */
export function readQwenRow(row: Json): ReadQwen | undefined {
  if (row === null || typeof row !== 'object' || !('trajectory' in row) || 'messages' in row) return undefined;
  const parsed = QwenRow.safeParse(withReadColumns(row));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, detail: `at ${issue?.path.map(String).join('.') || 'the top level'}: ${issue?.message}` };
  }
  return { ok: true, row: openAiRow(parsed.data) };
}

function openAiRow({ id, trajectory, query_info: query, mcp_info: server }: QwenRow): JsonObject {
  const wantsTools = (query?.target_tools ?? []).length > 0;
  const expects = query?.expects ?? (wantsTools ? 'calls' : undefined);
  return {
    ...(id === undefined ? {} : { id }),
    ...(server == null ? {} : { tools: server.base_info.tool_list.map(toTool) }),
    messages: openAiMessages(trajectory),
    ...(expects === undefined ? {} : { expects }),
  };
}

/** Columns of the released set are JSON texts; one that is none stays a text, and the schema says so. */
function withReadColumns(row: JsonObject): JsonObject {
  const read = (['trajectory', 'query_info', 'mcp_info'] as const).flatMap((column) => {
    const value = row[column];
    return typeof value === 'string' ? [[column, parsed(value)] as const] : [];
  });
  return { ...row, ...Object.fromEntries(read) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json; // JSON.parse returns JSON values and nothing else
  } catch {
    return text;
  }
}

function toTool(tool: AnyTool): Json {
  const { name, description, parameters } = isFunctionTool(tool)
    ? tool.function
    : { parameters: tool.inputSchema, ...tool };
  return {
    type: 'function',
    function: { name, description: description ?? '', ...(parameters == null ? {} : { parameters }) },
  };
}

type Said = Extract<QwenMessage, { role: 'assistant' }>;
interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/** OpenAI messages; a result that no call waits for gets an id of its own, which the structure rules then refuse. */
function openAiMessages(messages: readonly QwenMessage[]): JsonObject[] {
  const result: JsonObject[] = [];
  let turn = 0;
  let waiting: OpenCall[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role === 'assistant') {
      if (messages[at - 1]?.role === 'assistant') continue; // belongs to the reply that was begun
      const reply = replyAt(messages, at);
      turn += 1;
      const calls = callsOf(reply, turn);
      waiting = calls.map(({ id, name }) => ({ id, name }));
      result.push(assistantMessage(reply, calls));
    } else if (message.role === 'function') {
      const call = waiting.find(({ name }) => name === message.name);
      waiting = waiting.filter((one) => one !== call);
      const id = call?.id ?? `result_${at}_${message.name}`;
      result.push({ role: 'tool', tool_call_id: id, content: message.content ?? '' });
    } else {
      result.push({ role: message.role, content: message.content ?? '' });
    }
  }
  return result;
}

/** Messages of the assistant that follow each other are one reply: its text first, then one message per call. */
function replyAt(messages: readonly QwenMessage[], start: number): Said[] {
  const reply: Said[] = [];
  for (const message of messages.slice(start)) {
    if (message.role !== 'assistant') break;
    reply.push(message);
  }
  return reply;
}

interface MadeCall extends OpenCall {
  readonly arguments: string;
}

function callsOf(reply: readonly Said[], turn: number): MadeCall[] {
  const made = reply.flatMap(({ function_call: call }) => (call == null ? [] : [call]));
  return made.map(({ name, arguments: given }, at) => ({
    id: `call_${turn}_${at + 1}`,
    name,
    arguments: typeof given === 'string' ? given : JSON.stringify(given),
  }));
}

function assistantMessage(reply: readonly Said[], calls: readonly MadeCall[]): JsonObject {
  const joined = (texts: readonly (string | null | undefined)[]): string => texts.filter(Boolean).join('\n');
  const content = joined(reply.map((one) => one.content));
  const reasoning = joined(reply.map((one) => one.reasoning_content));
  return {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
        }),
  };
}
