/**
 * The folder a server works in (ours): another one at each start. Agents are told `${STATE}` in its place, in tool
 * documents and in answers alike, so that equal calls are equal text; just before a call it is filled in.
 */
import type { Json } from '../json.ts';

const placeholder = '${STATE}';

/** The value with the folder written as placeholder, in every text of it; so is the folder around it, which is new too. */
export function withoutFolder(value: Json, folder: string): Json {
  const around = folder.slice(0, folder.lastIndexOf('/'));
  return mapTexts(value, (text) => text.replaceAll(folder, placeholder).replaceAll(around, `${placeholder}/..`));
}

/** The value with the placeholder filled in. */
export function withFolder(value: Json, folder: string): Json {
  return mapTexts(value, (text) => text.replaceAll(placeholder, folder));
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)]));
}
