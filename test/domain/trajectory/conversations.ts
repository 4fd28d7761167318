/** Conversations as files carry them, written short. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { readTrajectory } from '../../../src/domain/trajectory/read.ts';
import type { Trajectory } from '../../../src/domain/trajectory/schema.ts';

export const user = (content: string): JsonObject => ({ role: 'user', content });
export const say = (content: string): JsonObject => ({ role: 'assistant', content });
export const answer = (id: string, content: string): JsonObject => ({ role: 'tool', tool_call_id: id, content });

/** An assistant message with calls: id, name, arguments (an object, or the text the model wrote). */
export function calls(...made: readonly (readonly [string, string, JsonObject | string])[]): JsonObject {
  return {
    role: 'assistant',
    content: null,
    tool_calls: made.map(([id, name, given]) => ({
      id,
      type: 'function',
      function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
    })),
  };
}

/** A legal conversation; throws for an illegal one. */
export function conversation(messages: readonly JsonObject[], more: JsonObject = {}): Trajectory {
  const read = readTrajectory({ id: 'talk', messages, ...more }, 1);
  if (!read.ok) throw new TypeError(`${read.rule}: ${read.detail}`);
  return read.trajectory;
}
