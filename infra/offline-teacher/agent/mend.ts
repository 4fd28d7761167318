/** What an error says of its remedy: another folder, a value out of a list, a parameter that is wanted, a tool to call first. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { asText } from '../json-text.ts';
import { coerced } from './label-match.ts';
import { plausibleValue } from './plausible.ts';
import type { PastCall } from './talk.ts';
import type { Parameter, Tool } from './tool-facts.ts';

/** Other arguments for a call that failed, or undefined when its error shows none. */
export function mendedArguments(tool: Tool, failed: PastCall, rng: Rng): JsonObject | undefined {
  const changed = insideFolder(tool, failed) ?? listedMember(tool, failed) ?? wantedParameter(tool, failed, rng);
  return changed === undefined || JSON.stringify(changed) === JSON.stringify(failed.args) ? undefined : changed;
}

/** A tool that the error tells to call first. */
export function toolToCallFirst(failed: PastCall, tools: readonly Tool[]): Tool | undefined {
  return tools.find(({ name }) => name !== failed.name && name.includes('_') && failed.result.includes(name));
}

const PATH = /path|file|director|folder|source|destination|workbook|document/;

/** "outside allowed directories: /a/b not in /tmp/x": the path belongs below the folder that is named. */
function insideFolder(tool: Tool, { args, result }: PastCall): JsonObject | undefined {
  if (!/allowed|outside|not (?:with)?in|must be absolute|permitted/i.test(result)) return undefined;
  const named = [...result.matchAll(/(?:\$\{STATE\}|\/)[\w$.{}-]+(?:\/[\w$.{}-]+)*/g)].map((match) =>
    match[0].replace(/[.,]$/, ''),
  );
  const folder = named.at(-1);
  if (folder === undefined) return undefined;
  const entries = tool.parameters.flatMap(({ name, words }): [string, Json][] => {
    const value = args[name];
    if (value === undefined) return [];
    if (!PATH.test(words.join(' '))) return [[name, value]];
    if (Array.isArray(value)) return [[name, value.map((item: Json) => below(folder, asText(item)))]];
    return [[name, typeof value === 'string' ? below(folder, value) : value]];
  });
  return Object.fromEntries(entries);
}

/** The path below a folder: what it had above its last names is replaced. */
export function below(folder: string, path: string): string {
  if (path.startsWith(`${folder}/`) || path === folder) return path;
  const last = folder.split('/').at(-1) ?? '';
  const names = path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
  const kept = path.startsWith('/') ? names.slice(-1) : names[0] === last ? names.slice(1) : names;
  return [folder, ...kept].join('/');
}

/** "status must be one of: open, closed". */
function listedMember(tool: Tool, { args, result }: PastCall): JsonObject | undefined {
  const list =
    /(?:one of|valid (?:values|options|types|statuses)[^:[]*|allowed values|expected|choose from)\W{1,4}(.{3,200})/i.exec(
      result,
    )?.[1];
  const parameter = blamed(tool, { args, result });
  if (list === undefined || parameter === undefined) return undefined;
  const members = [...list.matchAll(/['"`|]([\w .-]{1,40})['"`|]/g)].map((match) => match[1] ?? '');
  const words =
    members.length > 0 ? members : list.split(/[,|]\s*/).map((word) => word.replace(/[\]).].*$/, '').trim());
  const value = words.map((word) => coerced(word, parameter.schema)).find((one) => one !== undefined && one !== '');
  return value === undefined ? undefined : { ...args, [parameter.name]: value };
}

/** "title is required". */
function wantedParameter(tool: Tool, { args, result }: PastCall, rng: Rng): JsonObject | undefined {
  if (!/required|missing|must (?:be )?provide/i.test(result)) return undefined;
  const absent = tool.parameters.find(({ name }) => args[name] === undefined && mentions(result, name));
  return absent === undefined ? undefined : { ...args, [absent.name]: plausibleValue(absent, tool, rng) };
}

/** The parameter an error speaks of: by its name, else by the value that was given. */
function blamed(tool: Tool, { args, result }: Pick<PastCall, 'args' | 'result'>): Parameter | undefined {
  const given = tool.parameters.filter(({ name }) => args[name] !== undefined);
  const byValue = given.find(({ name }) => typeof args[name] === 'string' && result.includes(asText(args[name])));
  return given.find(({ name }) => mentions(result, name)) ?? byValue;
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w])${name.replace(/[^\w]/g, '.')}(?![\\w])`, 'i').test(text);
}
