/**
 * Personas as data (method §4.3): read from a set in the layout of Nemotron-Personas, drawn per task, seeded and without
 * replacement, kept with id and licence. The original runs list fields through `eval`, draws with replacement from a global
 * stream and keeps no id; here a list is a JSON list or the row is refused.
 */
import { contentId } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Rng } from '../random.ts';
import type { Persona } from './schema.ts';

export type PersonaReading =
  | { readonly ok: true; readonly persona: Persona }
  | { readonly ok: false; readonly detail: string };

/** Characters of the professional description that a writer is shown, and entries of each list. */
const longestText = 200;
const mostEntries = 5;

/** One row of a set. Needs a professional description; every other field may be absent. */
export function readPersona(row: Json, licence: string): PersonaReading {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return refuse('expected an object');
  const fields = row as JsonObject; // neither null nor a list
  const professional = textOf(fields['professional_persona']);
  if (professional === '') return refuse('"professional_persona" is missing or empty');
  const [skills, hobbies] = [listOf(fields, 'skills_and_expertise_list'), listOf(fields, 'hobbies_and_interests_list')];
  if (skills === undefined) return refuse(listHint('skills_and_expertise_list'));
  if (hobbies === undefined) return refuse(listHint('hobbies_and_interests_list'));
  const age = fields['age'];
  const parts = [
    typeof age === 'number' ? `Age ${age}.` : '',
    sentence('Occupation', plainWords(textOf(fields['occupation']))),
    sentence('Education', plainWords(textOf(fields['education_level']))),
    cut(professional),
    sentence('Skills', skills.slice(0, mostEntries).join(', ')),
    sentence('Interests', hobbies.slice(0, mostEntries).join(', ')),
  ];
  const id = textOf(fields['uuid']) || contentId('persona', fields);
  return { ok: true, persona: { id, licence, description: parts.filter((part) => part !== '').join(' ') } };
}

/** Some of the personas, none twice; all of them when there are no more. */
export function drawPersonas(rng: Rng, personas: readonly Persona[], count: number): Persona[] {
  const left = new Map<number, number>();
  const size = personas.length;
  return Array.from({ length: Math.min(count, size) }, (_, drawn) => {
    // Fisher-Yates that remembers only the places it touched: sets hold a hundred thousand rows.
    const at = drawn + Math.floor(rng() * (size - drawn));
    const chosen = left.get(at) ?? at;
    left.set(at, left.get(drawn) ?? drawn);
    return personas[chosen] as Persona; // below the length
  });
}

function listOf(fields: JsonObject, name: string): readonly string[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return [];
  const list = typeof value === 'string' ? parseList(value) : value;
  return Array.isArray(list) ? list.map(textOf).filter((text) => text !== '') : undefined;
}

function parseList(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // JSON.parse yields JSON
  } catch {
    return undefined; // the caller refuses the row with what it expected
  }
}

const listHint = (name: string): string => `"${name}" is no JSON list; write ["one", "two"] (it is never evaluated)`;
const refuse = (detail: string): PersonaReading => ({ ok: false, detail });
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value.trim() : '');
const sentence = (name: string, text: string): string => (text === '' ? '' : `${name}: ${text}.`);

/** "software_developer" is "Software Developer". */
function plainWords(text: string): string {
  return text.replace(/[_\s]+/g, ' ').replace(/(^| )\p{L}/gu, (start) => start.toUpperCase());
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length <= longestText ? text : `${characters.slice(0, longestText).join('')}…`;
}
