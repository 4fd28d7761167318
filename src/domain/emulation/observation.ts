/** What the agent sees of an emulated answer (method §5.3): the result itself, without the wrapper it came in. */
import type { Observation } from '../tool-call/schema.ts';
import type { EmulateReply } from './schema.ts';

/** The observation of a reply; texts stand as they are, everything else as JSON. */
export function emulatedObservation({ result, is_error: isError }: EmulateReply): Observation {
  const isText = typeof result === 'string';
  return {
    status: isError ? 'error' : 'ok',
    text: isText ? result : JSON.stringify(result),
    recognisedBy: isError ? 'flag' : null,
    structured: isText ? null : result,
    notes: [],
  };
}
