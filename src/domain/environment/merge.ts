/**
 * One document for two tools of one intent (method §8.5): the union of parameters, enum values and descriptions. The
 * original keeps the first member's document, which may lack what the others need. Whatever contradicts itself is
 * refused: the tools then stay as they are, which costs nothing but a merge.
 * When each side requires one parameter that the other lacks, and both have one type, they are the same parameter under
 * two names: the base's name stays.
 */
import { canonicalJson } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ToolDocument } from './schema.ts';
import { parameterSchemas, requiredNames, typeNames } from './schema-walk.ts';

export type UnitedDocument =
  | { readonly ok: true; readonly document: ToolDocument }
  | { readonly ok: false; readonly conflicts: readonly string[] };

/** The union under the base's name, or what stands against it. */
export function uniteDocuments(base: ToolDocument, member: ToolDocument): UnitedDocument {
  const aliases = aliasesOf(base, member);
  const nameOf = (name: string): string => aliases.get(name) ?? name;
  const conflicts: string[] = [];
  const required = requiredNames(base);
  if (!sameSet(required, requiredNames(member).map(nameOf))) {
    conflicts.push(
      `the tools require different parameters: ${required.join(', ')} and ${requiredNames(member).join(', ')}`,
    );
  }
  const united = new Map(parameterSchemas(base));
  for (const [own, schema] of parameterSchemas(member)) {
    const name = nameOf(own);
    const present = united.get(name);
    const conflict = present === undefined ? undefined : conflictOf(name, present, schema);
    if (conflict !== undefined) conflicts.push(conflict);
    else united.set(name, present === undefined ? schema : uniteSchemas(present, schema));
  }
  if (conflicts.length > 0) return { ok: false, conflicts };
  // The schemas are JSON; the parameter type only spells that another way.
  const properties = Object.fromEntries(united) as ToolDocument['parameters']['properties'];
  const parameters = { ...base.parameters, properties };
  const description = uniteTexts(base.description, member.description);
  return { ok: true, document: { name: base.name, description, parameters } };
}

function aliasesOf(base: ToolDocument, member: ToolDocument): Map<string, string> {
  const [left, right] = [parameterSchemas(base), parameterSchemas(member)];
  const ours = requiredNames(base).filter((name) => !right.has(name));
  const theirs = requiredNames(member).filter((name) => !left.has(name));
  const [our, their] = [ours[0], theirs[0]];
  if (ours.length !== 1 || theirs.length !== 1 || our === undefined || their === undefined) return new Map();
  const sameType = typesKey(left.get(our) ?? {}) === typesKey(right.get(their) ?? {});
  return sameType ? new Map([[their, our]]) : new Map();
}

function typesKey(schema: JsonObject): string {
  return typeNames(schema).toSorted().join();
}

/** Why two schemas of one parameter cannot be one, or undefined. */
function conflictOf(name: string, base: JsonObject, member: JsonObject): string | undefined {
  if (typesKey(base) !== typesKey(member)) {
    return `${name} is ${typesKey(base) || 'untyped'} in one tool and ${typesKey(member) || 'untyped'} in the other`;
  }
  const [ours, theirs] = [base['default'], member['default']];
  if ((ours === undefined) !== (theirs === undefined)) return `${name} has a default in one tool only`;
  const same = ours === undefined || theirs === undefined || canonicalJson(ours) === canonicalJson(theirs);
  return same ? undefined : `${name} has two defaults`;
}

const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];

/** The wider of two schemas of one parameter. */
function uniteSchemas(base: JsonObject, member: JsonObject): JsonObject {
  const united: Record<string, Json> = { ...member, ...base };
  for (const key of ['enum', 'examples']) setList(united, key, [base[key], member[key]]);
  for (const key of lowerBounds) setBound(united, key, { base, member, pick: Math.min });
  for (const key of upperBounds) setBound(united, key, { base, member, pick: Math.max });
  for (const key of ['pattern', 'format', 'const']) if (base[key] !== member[key]) delete united[key];
  if (typeof base['description'] === 'string' && typeof member['description'] === 'string') {
    united['description'] = uniteTexts(base['description'], member['description']);
  }
  return united;
}

/** An enum stays only when both sides have one: a side without it takes every value. */
function setList(united: Record<string, Json>, key: string, lists: readonly (Json | undefined)[]): void {
  const [ours, theirs] = lists;
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    united[key] = [...new Map([...ours, ...theirs].map((item: Json) => [canonicalJson(item), item])).values()];
  } else if (key === 'enum') delete united[key];
}

function setBound(
  united: Record<string, Json>,
  key: string,
  { base, member, pick }: { base: JsonObject; member: JsonObject; pick: (a: number, b: number) => number },
): void {
  const [ours, theirs] = [base[key], member[key]];
  if (typeof ours === 'number' && typeof theirs === 'number') united[key] = pick(ours, theirs);
  else delete united[key];
}

/** The first text and the sentences of the second that it lacks. */
function uniteTexts(first: string, second: string): string {
  const known = new Set(sentencesOf(first).map((sentence) => sentence.toLowerCase()));
  const added = sentencesOf(second).filter((sentence) => !known.has(sentence.toLowerCase()));
  return [first.trim(), ...added].join(' ');
}

function sentencesOf(text: string): string[] {
  return (text.match(/[^.!?。！？]+(?:[.!?。！？]+|$)/gu) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join('\n') === b.toSorted().join('\n');
}
