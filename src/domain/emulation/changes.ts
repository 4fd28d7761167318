/**
 * Changes to an emulated world (method §5.3, ours): applied one after the other, each refused by name when it does not
 * fit what is there. Ids are stable, a deleted id never comes back, and a field keeps its type.
 */
import type { Json, JsonObject } from '../json.ts';
import type { EmulationState, StateChange } from './schema.ts';

export type World = Pick<EmulationState, 'entities' | 'deleted' | 'counters'>;

export interface AppliedChanges {
  /** The world after the changes that fit. */
  readonly world: World;
  readonly problems: readonly string[];
}

/** Largest sizes of one call, of one entity and of a whole world; bytes are characters of JSON text. */
export const worldLimits = { changes: 60, fields: 40, entityBytes: 8_000, entities: 400, worldBytes: 96_000 } as const;

/** Applies changes in order; one that does not fit changes nothing and is told. */
export function applyChanges(start: World, changes: readonly StateChange[]): AppliedChanges {
  const problems: string[] = [];
  let world = start;
  if (changes.length > worldLimits.changes)
    problems.push(`${changes.length} changes in one call: at most ${worldLimits.changes}`);
  for (const [at, change] of changes.slice(0, worldLimits.changes).entries()) {
    const problem = changeProblem(world, change);
    if (problem === undefined) world = changed(world, change);
    else
      problems.push(`state_patch[${at}] (${change.op} ${shortened(change.type)}/${shortened(change.id)}): ${problem}`);
  }
  return { world, problems: [...problems, ...sizeProblems(world)] };
}

function changeProblem(world: World, change: StateChange): string | undefined {
  const { op, type, id, fields } = change;
  const misfit = nameProblem(change) ?? placeProblem(world, change);
  if (misfit !== undefined) return misfit;
  if (world.deleted[type]?.includes(id) === true) return 'was deleted: its id is never used again';
  if (op === 'delete') return Object.keys(fields).length === 0 ? undefined : 'a deletion has no fields';
  return fieldsProblem(world, change);
}

function nameProblem({ type, id }: StateChange): string | undefined {
  // Names that every JavaScript object has would be found in a world that holds nothing.
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(type) || type in {})
    return 'the type must be a short lower-case word like "order" or "cart_item"';
  return id.trim() === '' || id.length > 120 || id in {} ? 'the id must be a text of 1 to 120 characters' : undefined;
}

function placeProblem({ entities }: World, { op, type, id }: StateChange): string | undefined {
  const stored = entityOf(entities, type, id);
  if (op === 'reveal' && stored !== undefined) return 'is in the world already: reveal is for what was not seen before';
  const needed = op === 'merge' || op === 'delete';
  return needed && stored === undefined ? 'there is no such entity in the world' : undefined;
}

/** The fields of an entity, or undefined when the world does not hold it. */
export function entityOf(entities: World['entities'], type: string, id: string): JsonObject | undefined {
  const ofType = Object.hasOwn(entities, type) ? entities[type] : undefined;
  return ofType !== undefined && Object.hasOwn(ofType, id) ? (ofType[id] as JsonObject) : undefined; // JSON by its schema
}

function fieldsProblem(world: World, { type, id, fields }: StateChange): string | undefined {
  const names = Object.keys(fields);
  if (names.length === 0) return 'it has no fields';
  if (names.length > worldLimits.fields) return `it has more than ${worldLimits.fields} fields`;
  if (JSON.stringify(fields).length > worldLimits.entityBytes)
    return `it is larger than ${worldLimits.entityBytes} bytes`;
  const renamed = ['id', `${type}_id`].find((name) => fields[name] !== undefined && String(fields[name]) !== id);
  if (renamed !== undefined) return `the field ${renamed} must be the id itself, "${shortened(id)}"`;
  const misfit = names.find((name) => {
    const known = kindInStore(world, type, name);
    return known !== undefined && fields[name] !== null && kindOf(fields[name]) !== known;
  });
  return misfit === undefined
    ? undefined
    : `the field ${shortened(misfit)} is ${kindInStore(world, type, misfit)} in every other ${type}, not ${kindOf(fields[misfit])}`;
}

/** Type of a field in the entities of its type; undefined while none has it. */
function kindInStore({ entities }: World, type: string, name: string): string | undefined {
  for (const fields of Object.values(entities[type] ?? {})) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined && value !== null) return kindOf(value);
  }
  return undefined;
}

function kindOf(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

function changed(world: World, { op, type, id, fields }: StateChange): World {
  const ofType = world.entities[type] ?? {};
  if (op === 'delete') {
    const { [id]: _, ...others } = ofType;
    const deleted = { ...world.deleted, [type]: [...(world.deleted[type] ?? []), id] };
    return { ...world, entities: { ...world.entities, [type]: others }, deleted };
  }
  const known = ofType[id];
  const entity: JsonObject = op === 'merge' ? { ...known, ...fields } : fields;
  const count = (world.counters[type] ?? 0) + (known === undefined ? 1 : 0);
  return {
    ...world,
    // Both parts hold JSON values only.
    entities: { ...world.entities, [type]: { ...ofType, [id]: entity as World['entities'][string][string] } },
    counters: { ...world.counters, [type]: count },
  };
}

function sizeProblems({ entities }: World): string[] {
  const count = Object.values(entities).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);
  const bytes = JSON.stringify(entities).length;
  return [
    ...(count > worldLimits.entities
      ? [`the world would hold ${count} entities: at most ${worldLimits.entities}`]
      : []),
    ...(bytes > worldLimits.worldBytes
      ? [`the world would take ${bytes} bytes: at most ${worldLimits.worldBytes}`]
      : []),
  ];
}

const shortened = (text: string): string => text.slice(0, 60);
