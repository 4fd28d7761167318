/** Lets the teacher's agent play against a service until it has said its last word. */
import assert from 'node:assert/strict';
import { nextTurn } from '../../../infra/offline-teacher/agent/next-turn.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';

export interface Played {
  readonly messages: readonly JsonObject[];
  readonly calls: readonly { readonly name: string; readonly args: JsonObject; readonly result: string }[];
  /** What the agent said last. */
  readonly last: string;
  readonly kind: 'ask' | 'refuse' | 'answer' | 'endless';
}

export type Service = (name: string, args: JsonObject) => string | Promise<string>;

/** OpenAI's spelling of a tool; all of its parameters are required. */
export function tool(name: string, description: string, properties: JsonObject): JsonObject {
  const parameters = { type: 'object', properties, required: Object.keys(properties) };
  return { type: 'function', function: { name, description, parameters } };
}

/** Plays at most twenty turns; `users` answer what the agent says, one after the other. */
export async function play(
  tools: readonly JsonObject[],
  question: string,
  { service, users = [] }: { service: Service; users?: readonly string[] },
): Promise<Played> {
  const messages: JsonObject[] = [{ role: 'user', content: question }];
  const calls: { name: string; args: JsonObject; result: string }[] = [];
  const left = [...users];
  for (let turn = 1; turn <= 20; turn++) {
    const next = nextTurn({ body: { messages }, tools });
    assert.deepEqual(next, nextTurn({ body: { messages }, tools }), 'equal requests get equal turns');
    if (next.kind !== 'calls') {
      messages.push({ role: 'assistant', content: next.text });
      const said = left.shift();
      if (said === undefined) return { messages, calls, last: next.text, kind: next.kind };
      messages.push({ role: 'user', content: said });
      continue;
    }
    const made = next.calls.map(({ name, args }, at) => ({ id: `call_${turn}_${at + 1}`, name, args }));
    messages.push({ role: 'assistant', content: null, tool_calls: made.map(wire) });
    for (const { id, name, args } of made) {
      const result = await service(name, args);
      calls.push({ name, args, result });
      messages.push({ role: 'tool', tool_call_id: id, content: result });
    }
  }
  return { messages, calls, last: '', kind: 'endless' };
}

function wire({ id, name, args }: { id: string; name: string; args: JsonObject }): Json {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}
