/**
 * Failures that a row of a file tells only by the text of a result (method §7.2; ours): recognised by their form, as for
 * our own conversations, so that no judge can take a refusal for a success. A row that marks failures itself knows better.
 */
import { recogniseError } from '../tool-call/recognise-error.ts';
import type { Message, Trajectory } from './schema.ts';

/** The conversation with a mark on every result that says of itself that it is an error. */
export function withRecognisedFailures(trajectory: Trajectory): Trajectory {
  const isMarked = trajectory.messages.some((one) => one.role === 'tool' && one.failure !== undefined);
  return isMarked ? trajectory : { ...trajectory, messages: trajectory.messages.map(withMark) };
}

function withMark(message: Message): Message {
  if (message.role !== 'tool') return message;
  const found = recogniseError({ isError: undefined, text: message.content, structured: undefined });
  return found === null ? message : { ...message, failure: 'tool' };
}
