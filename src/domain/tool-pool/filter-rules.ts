/**
 * Which tools of a server enter the pool (method §2, preparation 3): written rules with names, each dropped tool keeps the
 * rule that dropped it. The original lets tools of one name collapse to the last, and keeps tools that say nothing.
 */
import { canonicalJson } from '../ids.ts';
import type { Json } from '../json.ts';
import { normaliseTool } from './normalise-tool.ts';
import type { DroppedTool, PoolTool } from './schema.ts';
import { isToolName, wordsOf } from './tool-name.ts';

export interface FilteredTools {
  readonly kept: readonly PoolTool[];
  readonly dropped: readonly DroppedTool[];
}

/** A description below both bounds says nothing that the name does not. */
const fewestWords = 3;
const fewestLetters = 12;

/** Normalises and filters the listed tools; both lists are in the order of the listing. */
export function filterTools(listed: readonly Json[]): FilteredTools {
  const kept: PoolTool[] = [];
  const dropped: DroppedTool[] = [];
  const readings = listed.map(normaliseTool);
  const byName = new Map<string, Set<string>>();
  for (const reading of readings) {
    if (!reading.ok) continue;
    const same = byName.get(reading.tool.name) ?? new Set();
    // Parsed from JSON: loose fields hold JSON values only.
    byName.set(reading.tool.name, same.add(canonicalJson(reading.tool as Json)));
  }
  const seen = new Set<string>();
  for (const reading of readings) {
    const drop = reading.ok ? dropOf(reading.tool, { byName, seen }) : reading.drop;
    if (drop !== undefined) dropped.push(drop);
    else if (reading.ok) kept.push(reading.tool);
  }
  return { kept, dropped };
}

function dropOf(
  tool: PoolTool,
  { byName, seen }: { byName: ReadonlyMap<string, ReadonlySet<string>>; seen: Set<string> },
): DroppedTool | undefined {
  const { name, description } = tool;
  const drop = (rule: DroppedTool['rule'], detail: string): DroppedTool => ({ name, rule, detail });
  if (!isToolName(name)) return drop('name_invalid', 'expected 1 to 64 letters, digits, "_" or "-"');
  const variants = byName.get(name)?.size ?? 1;
  if (variants > 1) return drop('name_ambiguous', `${variants} different tools of this server have the name`);
  if (seen.has(name)) return drop('duplicate_tool', 'listed twice, word for word');
  seen.add(name);
  if (description === '') return drop('description_missing', 'the description is empty');
  if (isVague(name, description)) return drop('description_vague', `says no more than its name: "${description}"`);
  return undefined;
}

/** True for a description that repeats the name or is too short to tell when to use the tool. */
function isVague(name: string, description: string): boolean {
  const words = wordsOf(description);
  if (words.join(' ') === wordsOf(name).join(' ')) return true;
  // A script without spaces says with one sign what takes others a few letters.
  const dense = description.match(/\p{Script=Han}|\p{Script=Hangul}/gu)?.length ?? 0;
  const letters = description.length + 2 * dense;
  return words.length < fewestWords && letters < fewestLetters;
}
