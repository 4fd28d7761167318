/** Emulators that break their world's rules, users that leave their script. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { asList, asObject, asText } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import { EMULATOR_FAULTS, type PlayedFault, USER_FAULTS } from './episode-kinds.ts';

export function isPlayedFault(kind: string): kind is PlayedFault {
  return [...EMULATOR_FAULTS, ...USER_FAULTS].some((one) => one === kind);
}

type Spoiler = (reply: JsonObject, request: ChatRequest) => JsonObject;

const withChange =
  (change: JsonObject): Spoiler =>
  (reply) => ({ ...reply, state_patch: [...asList(reply['state_patch']), change] });

const SPOILERS: { readonly [Kind in PlayedFault]: Spoiler } = {
  'off-schema': (reply) => ({ ...reply, result: typeof reply['result'] === 'string' ? 7 : 'All good, it is done.' }),
  'unknown-entity': withChange({ op: 'merge', type: 'ghost', id: 'ghost-1', fields: { seen: true } }),
  'writing-read': withChange({ op: 'set', type: 'trace', id: 'trace-1', fields: { read: true } }),
  'changing-error': (reply) => ({ ...withChange(TRACE)(reply, NOBODY), is_error: true, result: 'Internal error' }),
  'invented-fact': (reply) => ({ ...reply, message: `${asText(reply['message'])} The code is "ZX-9041".`.trim() }),
  'tells-all': (reply, { inputs }) => {
    const facts = asList(inputs['withheld']).map(asObject);
    const message = facts.map((fact) => `The ${asText(fact['name'])} is "${asText(fact['value'])}".`).join(' ');
    const told = facts.map((fact): Json => asText(fact['name']));
    return facts.length === 0 ? reply : { ...reply, move: 'inform', done: false, told, message };
  },
  'leaves-early': (reply) => ({ ...reply, move: 'end', done: true, told: [], message: 'Never mind.' }),
};

const TRACE: JsonObject = { op: 'set', type: 'trace', id: 'trace-1', fields: { failed: true } };
/** No spoiler of a change reads the request. */
const NOBODY = { inputs: {} } as ChatRequest;

export function spoilEpisodes(kind: PlayedFault, request: ChatRequest, value: Json): Json {
  return SPOILERS[kind](asObject(value), request);
}
