/** Calls that must be refused. */

import type { Json } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, rngOf } from '../draws.ts';
import { asObject, isObject } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import type { CallFault } from './fault-kinds.ts';

export function spoilCall(kind: CallFault, request: ChatRequest, value: Json): Json {
  const call = asObject(value)['call'];
  if (!isObject(call)) return value;
  if (kind === 'call-null') return { analysis: 'The tool does not seem to fit.', call: null };
  const entries = Object.entries(asObject(call['arguments']));
  const rng = rngOf(`spoil/${request.hash}`);
  const changed = entries.map(([name, item], at): [string, Json] =>
    at === 0 ? [name, other(kind, item, rng)] : [name, item],
  );
  const args = kind === 'missing-argument' ? entries.slice(1) : changed;
  return { ...asObject(value), call: { ...call, arguments: Object.fromEntries(args) } };
}

/** A value of the same type that the question does not name, or one of a wrong type. */
function other(kind: CallFault, value: Json, rng: Rng): Json {
  if (kind === 'wrong-argument') return typeof value === 'string' ? between(rng, 1, 9) : 'several';
  if (typeof value === 'number') return value + between(rng, 11, 97);
  if (typeof value === 'string')
    return /^\d{4}-\d{2}-\d{2}$/.test(value) ? '1987-02-13' : `Zubrowka ${between(rng, 10, 99)}`;
  return Array.isArray(value) ? value.map((item: Json) => other(kind, item, rng)) : value;
}
