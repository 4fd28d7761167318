/** Asks the teacher without a server: requests as the prompt files render them. */

import { drawFault, readFaultPlan } from '../../../infra/offline-teacher/faults/fault-plan.ts';
import { spoil } from '../../../infra/offline-teacher/faults/spoil.ts';
import { isTransportFault } from '../../../infra/offline-teacher/faults/transport.ts';
import { readRequest } from '../../../infra/offline-teacher/read-request.ts';
import type { Choice } from '../../../infra/offline-teacher/replies/choice.ts';
import { goodChoice } from '../../../infra/offline-teacher/replies/choice.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';

export interface Asking {
  readonly prompt: string;
  readonly inputs: { readonly [name: string]: Json };
  readonly seed?: number;
  /** Fault plan. */
  readonly faults?: string;
}

/** A chat request body for a prompt, blocks and all. */
export function chatBody({ prompt, inputs, seed = 1 }: Asking): JsonObject {
  const title = prompt.replace('/', '_');
  const blocks = { ...inputs, reply_schema: { title, type: 'object' } };
  const user = Object.entries(blocks).map(([name, value]) => `[${name}]\n${JSON.stringify(value)}`);
  return {
    model: 'any',
    seed,
    messages: [
      { role: 'system', content: 'Do the work.' },
      { role: 'user', content: user.join('\n\n') },
    ],
    response_format: { type: 'json_schema', json_schema: { name: title, strict: false, schema: { title } } },
  };
}

/** The first choice of the answer. */
export function choiceFor(asking: Asking): Choice {
  const request = readRequest(chatBody(asking));
  const good = goodChoice(request, 0);
  const fault = drawFault(readFaultPlan(asking.faults ?? ''), request, 0);
  return fault === undefined || isTransportFault(fault) ? good : spoil(fault, request, good);
}

/** The JSON value of the first choice; throws when the content is none. */
export function replyFor(asking: Asking): JsonObject {
  // JSON.parse yields JSON by definition; every reply of the table is an object.
  return JSON.parse(choiceFor(asking).content ?? '') as JsonObject;
}
