/** Things of a made-up world: as the world holds them, else drawn from its seed, always the same for the same id. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import { fitsType } from '../agent/known-values.ts';
import { plausibleValue } from '../agent/plausible.ts';
import { resolved } from '../agent/tool-facts.ts';
import { rngOf } from '../draws.ts';
import { asList, asObject, asText, isObject } from '../json-text.ts';
import { isId } from './call-sense.ts';

export interface World {
  readonly seed: string;
  readonly entities: JsonObject;
  readonly deleted: JsonObject;
  readonly counters: JsonObject;
}

export function readWorld(value: Json | undefined): World {
  const world = asObject(value);
  const { entities, deleted, counters } = world;
  return {
    seed: asText(world['seed']),
    entities: asObject(entities),
    deleted: asObject(deleted),
    counters: asObject(counters),
  };
}

export interface Thing {
  readonly type: string;
  readonly id: string;
  /** Fields that the world holds; empty for one that is not in it yet. */
  readonly fields: JsonObject;
}

/** The thing with an id; its fields are empty when the world does not hold it. */
export function thingOf({ entities }: World, type: string, id: string): Thing {
  const ofType = asObject(own(entities, type));
  return { type, id, fields: asObject(own(ofType, id)) };
}

export function thingsOf(world: World, type: string): Thing[] {
  return Object.keys(asObject(own(world.entities, type))).map((id) => thingOf(world, type, id));
}

export function isGone({ deleted }: World, { type, id }: Thing): boolean {
  return asList(own(deleted, type)).includes(id);
}

/** An id that nothing of the type has or had. */
export function freshId(world: World, type: string, { numeric, skip }: { numeric: boolean; skip: number }): string {
  const first = 1001 + Number(own(world.counters, type) ?? 0);
  const used = new Set([...Object.keys(asObject(own(world.entities, type))), ...asList(own(world.deleted, type))]);
  // A call may have named an id before its turn came: as many tries as there are used ones are enough.
  const ids = Array.from({ length: used.size + skip + 1 }, (_, at) =>
    numeric ? `${first + at}` : `${type}-${first + at}`,
  );
  return ids.filter((id) => !used.has(id))[skip] ?? `${type}-${first + ids.length}`;
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The thing as an object of a schema: what the world holds, what the call gave, else what the seed says. */
export function shownAs(
  schema: JsonObject,
  thing: Thing,
  { seed, args }: { seed: string; args: JsonObject },
): JsonObject {
  const properties = asObject(schema['properties']);
  const entries = Object.entries(properties).map(([name, value]): [string, Json] => {
    const inner = resolved(asObject(value), schema);
    if (isOwnId(name, thing.type))
      return [name, inner['type'] === 'string' || inner['type'] === undefined ? thing.id : Number(thing.id)];
    const known = own(thing.fields, name) ?? own(args, name);
    const fits = known !== undefined && fitsExactly(known, inner);
    return [name, fits ? known : drawn(name, inner, `${seed}/${thing.type}/${thing.id}/${name}`)];
  });
  return Object.fromEntries(entries);
}

export function isOwnId(name: string, type: string): boolean {
  return name === 'id' || name === `${type}_id` || name === `${type.split('_').at(-1) ?? type}_id`;
}

/** True when the schema wants ids that are numbers. */
export function wantsNumbers(schema: JsonObject, type: string): boolean {
  return Object.entries(asObject(schema['properties'])).some(
    ([name, inner]) => isOwnId(name, type) && ['integer', 'number'].includes(asText(asObject(inner)['type'])),
  );
}

function fitsExactly(value: Json, schema: JsonObject): boolean {
  const members = asList(schema['enum']);
  if (members.length > 0) return members.some((one) => JSON.stringify(one) === JSON.stringify(value));
  if (schema['type'] === 'string') return typeof value === 'string';
  if (schema['type'] === 'number' || schema['type'] === 'integer')
    return typeof value === 'number' && fitsType(value, schema);
  return fitsType(value, schema);
}

function drawn(name: string, schema: JsonObject, seed: string): Json {
  const words = wordsOf(name);
  // Ids of other things must not look like those of this one.
  if (isId(name) && schema['type'] === 'string')
    return `${words[0] ?? 'ref'}-${Math.floor(rngOf(seed)() * 9000) + 1000}`;
  const parameter = { name, words, description: asText(schema['description']), schema, required: true };
  return plausibleValue(parameter, { words: [], description: '' }, rngOf(seed));
}

/** Plain fields of a shown thing that the world can take over: without its id, and of the type the others have. */
export function storable(shown: JsonObject, world: World, type: string): JsonObject {
  const others = thingsOf(world, type).map(({ fields }) => fields);
  const entries = Object.entries(shown).filter(([name, value]) => {
    if (isOwnId(name, type) || value === null) return false;
    const known = others.map((fields) => own(fields, name)).find((one) => one !== undefined && one !== null);
    return known === undefined || kind(known) === kind(value);
  });
  return entries.length > 0 ? Object.fromEntries(entries.slice(0, 30)) : { seen: true };
}

function kind(value: Json): string {
  return Array.isArray(value) ? 'list' : isObject(value) ? 'object' : typeof value;
}
