/** The writer of trajectory/emulate: answers a call as a service would, keeps the world it is shown, says what changed. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { plausibleValue } from '../agent/plausible.ts';
import { resolved } from '../agent/tool-facts.ts';
import { rngOf } from '../draws.ts';
import { asObject, asText, isObject } from '../json-text.ts';
import type { ReplyContext } from '../replies/context.ts';
import { type Deed, idOfValues, namedId, senseOf } from './call-sense.ts';
import {
  freshId,
  isGone,
  readWorld,
  shownAs,
  storable,
  type Thing,
  thingOf,
  thingsOf,
  type World,
  wantsNumbers,
} from './entities.ts';

interface Asked {
  readonly world: World;
  readonly type: string;
  readonly deed: Deed;
  readonly args: JsonObject;
  readonly schema: JsonObject;
}

type Change = JsonObject;

export function emulate({ inputs }: ReplyContext): JsonObject {
  const call = asObject(inputs['call']);
  const given = asObject(inputs['output_schema']);
  const sense = senseOf(asText(call['tool']), inputs['only_reads'] === true);
  const schema = resolved(given, given);
  const asked: Asked = { ...sense, world: readWorld(inputs['world']), args: asObject(call['arguments']), schema };
  return sense.deed === 'list' ? listed(asked) : single(asked);
}

/** Fewest things a list shows: a world without anything in it teaches nothing. */
const fewest = 2;

function listed(asked: Asked): JsonObject {
  const { world, type, schema, args } = asked;
  const item = itemSchema(schema) ?? schema;
  const known = thingsOf(world, type);
  const fresh = Array.from({ length: Math.max(0, fewest - known.length) }, (_, skip): Thing => {
    const id = freshId(world, type, { numeric: wantsNumbers(item, type), skip });
    return { type, id, fields: {} };
  });
  const things = [...known, ...fresh].slice(0, 8);
  const shown = things.map((thing) => shownAs(item, thing, { seed: world.seed, args: named(thing, asked) }));
  const changes = fresh.map((thing): Change => {
    const at = things.indexOf(thing);
    return { op: 'reveal', type, id: thing.id, fields: storable(shown[at] ?? {}, world, type) };
  });
  return reply(
    withList(schema, shown, { seed: world.seed, args }),
    changes.filter((_, at) => at < things.length),
  );
}

/** What a search finds has the word in its name; what is in the world has a name already. */
function named({ id }: Thing, { args }: Asked): JsonObject {
  const word = asText(args['keyword'] ?? args['query'] ?? args['name']).slice(0, 60);
  return word === '' ? {} : { name: `${word} ${id.split('-').at(-1) ?? ''}`.trim() };
}

function single(asked: Asked): JsonObject {
  const { world, type, deed, args, schema } = asked;
  const thing = thingOf(world, type, idFor(asked));
  if (isGone(world, thing)) {
    return { result: `${type.replaceAll('_', ' ')} ${thing.id} not found`, is_error: true, state_patch: [] };
  }
  const isNew = deed === 'make';
  const known = isNew || Object.keys(thing.fields).length > 0;
  const shown = shownAs(schema, thing, { seed: world.seed, args: {} });
  const fields = isNew || deed === 'change' ? { ...thing.fields, ...writable(args, thing) } : thing.fields;
  const result = resultOf(schema, { ...thing, fields }, { seed: world.seed, args, deed });
  const revealed = known ? [] : [change('reveal', thing, storable(shown, world, type))];
  return reply(result, [...revealed, ...written(asked, thing, asObject(result))]);
}

function idFor({ world, type, deed, args, schema }: Asked): string {
  const numeric = wantsNumbers(schema, type);
  const fresh = freshId(world, type, { numeric, skip: 0 });
  if (deed === 'make') return fresh;
  return usable(namedId(args, type), numeric) ?? (numeric ? fresh : idOfValues(args));
}

function usable(id: string | undefined, numeric: boolean): string | undefined {
  return id === undefined || id.length > 120 || (numeric && !/^\d+$/.test(id)) ? undefined : id;
}

function written({ world, type, deed, args }: Asked, thing: Thing, result: JsonObject): Change[] {
  if (deed === 'delete') return [change('delete', thing, {})];
  if (deed !== 'make' && deed !== 'change') return [];
  const fields = storable({ ...writable(args, thing), ...result }, world, type);
  return [change(deed === 'make' ? 'set' : 'merge', thing, fields)];
}

const change = (op: string, { type, id }: Thing, fields: JsonObject): Change => ({ op, type, id, fields });

/** Arguments that say how the thing is to be; ids say which one is meant. */
function writable(args: JsonObject, { type }: Thing): JsonObject {
  return Object.fromEntries(
    Object.entries(args).filter(([name, value]) => name !== 'id' && name !== `${type}_id` && value !== null),
  );
}

function resultOf(
  schema: JsonObject,
  thing: Thing,
  { seed, args, deed }: { seed: string; args: JsonObject; deed: Deed },
): Json {
  if (schema['type'] === 'object' || schema['properties'] !== undefined) {
    const shown = shownAs(schema, thing, { seed, args });
    return deed === 'delete' && Object.hasOwn(shown, 'deleted') ? { ...shown, deleted: true } : shown;
  }
  if (schema['type'] === 'array')
    return withList(schema, [shownAs(itemSchema(schema) ?? {}, thing, { seed, args })], { seed, args });
  if (schema['type'] !== 'string') return drawnPlain(schema, `${seed}/${thing.id}`);
  const fields = Object.entries(thing.fields).map(([name, value]) => `${name} ${asText(value)}`);
  return `${thing.type.replaceAll('_', ' ')} ${thing.id}${fields.length === 0 ? '' : `: ${fields.slice(0, 6).join(', ')}`}`;
}

function drawnPlain(schema: JsonObject, seed: string): Json {
  const parameter = { name: 'value', words: ['value'], description: '', schema, required: true };
  return plausibleValue(parameter, { words: [], description: '' }, rngOf(seed));
}

/** Schema of the objects in the first list of a result. */
function itemSchema(schema: JsonObject): JsonObject | undefined {
  if (schema['type'] === 'array') return isObject(schema['items']) ? schema['items'] : {};
  const list = Object.values(asObject(schema['properties'])).find((one) => asObject(one)['type'] === 'array');
  return list === undefined ? undefined : itemSchema(asObject(list));
}

/** A result of the schema with these objects in its first list; plain items become their ids. */
function withList(
  schema: JsonObject,
  shown: readonly JsonObject[],
  { seed, args }: { seed: string; args: JsonObject },
): Json {
  const item = itemSchema(schema);
  const plain =
    item !== undefined && item['properties'] === undefined && item['type'] !== 'object' && item['type'] !== undefined;
  const items: readonly Json[] = plain ? shown.map((_, at) => drawnPlain(item, `${seed}/${at}`)) : shown;
  if (schema['type'] === 'array') return items;
  if (item === undefined) return shown[0] ?? {};
  const entries = Object.entries(asObject(schema['properties']));
  const list = entries.findIndex(([, one]) => asObject(one)['type'] === 'array');
  const others = shownAs(schema, { type: 'list', id: 'all', fields: {} }, { seed, args });
  return Object.fromEntries(
    entries.map(([name], at): [string, Json] => [name, at === list ? items : (others[name] ?? null)]),
  );
}

function reply(result: Json, changes: readonly Change[]): JsonObject {
  return { result, is_error: false, state_patch: changes };
}
