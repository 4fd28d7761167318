/**
 * Does an answer agree with the world it stands in (method §5.3, ours)? What was made is found later with the same fields.
 * Checked only where the answer itself names the entity, so that a text in free words is never refused by guesswork.
 */
import type { Json, JsonObject } from '../json.ts';
import { singular, wordsOf } from '../tool-pool/tool-name.ts';
import { entityOf, type World } from './changes.ts';
import type { EmulateReply } from './schema.ts';

/** Objects of the result whose "id" is one of the world and whose fields say something else than the world does. */
export function forgottenEntities({ entities }: World, result: Json): string[] {
  return namedObjects(result).flatMap((named) => {
    const id = String(named['id']);
    const known = Object.keys(entities).flatMap((type) => {
      const fields = entityOf(entities, type, id);
      return fields === undefined ? [] : [{ type, fields }];
    });
    const differing = known.map(({ type, fields }) => ({ type, names: differences(fields, named) }));
    const [first] = differing;
    // Two types may share an id: it is enough that one of them agrees.
    if (first === undefined || differing.some(({ names }) => names.length === 0)) return [];
    return [`${first.type}/${id.slice(0, 60)} has other values in the world for ${first.names.slice(0, 5).join(', ')}`];
  });
}

const absent = /not found|does not exist|no such|unknown|nonexistent|could not find|cannot find/i;

/** Entities of the world that the call names and an error says are missing. */
export function deniedEntities({ entities }: World, args: JsonObject, reply: EmulateReply): string[] {
  const said = typeof reply.result === 'string' ? reply.result : JSON.stringify(reply.result);
  if (!reply.is_error || !absent.test(said)) return [];
  return Object.entries(args).flatMap(([name, value]) => {
    const words = wordsOf(name).map(singular);
    if (words.at(-1) !== 'id' || !isPlain(value) || !said.includes(String(value))) return [];
    const [type, id] = [words.slice(0, -1).join('_'), String(value)];
    const known = entityOf(entities, type, id) !== undefined;
    return known ? [`${type}/${id.slice(0, 60)} is in the world, but the answer says that it is not there`] : [];
  });
}

function differences(fields: JsonObject, named: JsonObject): string[] {
  return Object.keys(named).filter((name) => {
    const [stored, told] = [Object.hasOwn(fields, name) ? fields[name] : undefined, named[name]];
    if (stored === undefined || !isPlain(stored) || !isPlain(told)) return false;
    return String(stored) !== String(told);
  });
}

function isPlain(value: Json | undefined): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function namedObjects(value: Json): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => namedObjects(item));
  if (value === null || typeof value !== 'object') return [];
  // Lists were taken above.
  const object = value as JsonObject;
  const own = isPlain(object['id']) ? [object] : [];
  return [...own, ...Object.values(object).flatMap(namedObjects)];
}
