/**
 * The writers of chain building, for any list of tools: chains are found by what names and schemas say (a tool that makes
 * a thing comes before one that takes its id), so that nothing is known of any server in advance.
 */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { chance, pick, rngOf } from '../draws.ts';
import { asList, asObject, asText } from '../json-text.ts';
import type { ReplyContext } from './context.ts';

interface ShownTool {
  readonly name: string;
  readonly words: readonly string[];
  readonly phrase: string;
  readonly required: readonly string[];
  /** Result fields at the top level; undefined when the tool declares none. */
  readonly result: readonly string[] | undefined;
}

/** Words of tools that make or find something, which others then work on. */
const FIRST = new Set([
  'create',
  'add',
  'new',
  'init',
  'open',
  'start',
  'make',
  'load',
  'list',
  'search',
  'find',
  'get',
  'read',
  'request',
  'plan',
  'write',
  'upload',
  'import',
]);
const LAST = new Set([
  'delete',
  'remove',
  'close',
  'export',
  'save',
  'finish',
  'complete',
  'approve',
  'send',
  'archive',
  'merge',
  'update',
  'edit',
  'set',
  'move',
  'mark',
  'check',
  'commit',
  'checkout',
  'show',
  'reset',
  'apply',
  'play',
  'format',
  'merge',
  'copy',
  'convert',
]);

export function chainProposal({ inputs, seed }: ReplyContext): JsonObject {
  const tools = asList(inputs['tools']).map(shownTool);
  const rng = rngOf(`chains/${seed}`);
  const first = [...tools].sort((a, b) => startRank(a) - startRank(b));
  const pairs = first.flatMap((from) => tools.filter((to) => leadsTo(from, to)).map((to) => [from, to] as const));
  const chains: JsonObject[] = [];
  for (const [from, to] of pairs.slice(0, 60)) {
    if (chains.length >= 12) break;
    // A sample sees only some of what there is.
    if (!chance(rng, 0.6)) continue;
    const longer = tools.filter((next) => next !== from && leadsTo(to, next));
    const third = longer.length > 0 && chance(rng, 0.5) ? [pick(rng, longer)] : [];
    const chain = [from, to, ...third];
    const verdict = chance(rng, 0.12) ? 'not_sure' : 'yes';
    chains.push({ verdict, tools: chain.map(({ name }) => name), task: requestFor(chain) });
  }
  return { chains };
}

/** Chains begin best with what makes something, and not with what needs the id of a thing that nobody made. */
function startRank({ words, required }: ShownTool): number {
  const needs = required.some((name) => /(?:^|[_a-z])(?:id|uuid|session|token|key)$/i.test(name));
  return (needs ? 2 : 0) + (words.some((word) => MAKING.has(word)) ? 0 : 1);
}

const MAKING = new Set(['create', 'add', 'new', 'init', 'open', 'start', 'make', 'load', 'request', 'write', 'import']);

/** True when the names say that the second works on what the first gave. */
function leadsTo(from: ShownTool, to: ShownTool): boolean {
  if (from === to) return false;
  const fields = (from.result ?? []).filter((field) => !COMMON.has(field));
  if (to.required.some((name) => fields.includes(name))) return true;
  if (!from.words.some((word) => FIRST.has(word))) return false;
  return makesFor(from, to) || opensSession(from, to) || makesPlace(from, to) || sharesThing(from, to);
}

/** `create_game` → `game_id`: the id of what was made. */
function makesFor({ words }: ShownTool, { required }: ShownTool): boolean {
  return required.some((name) => words.some((word) => idsOf(word).includes(name.toLowerCase())));
}

/** `list_files`, then `move_file`. */
function sharesThing({ words }: ShownTool, to: ShownTool): boolean {
  const shared = words.some((word) => to.words.includes(word) && !FIRST.has(word) && !LAST.has(word));
  return shared && to.words.some((word) => LAST.has(word));
}

/** "Load a file into a session", then whatever takes a `session_id`. */
function opensSession({ phrase }: ShownTool, { required }: ShownTool): boolean {
  const said = phrase.toLowerCase().split(/[^a-z]+/);
  return required.some((name) => /_id$|Id$/.test(name) && said.includes(name.replace(/_id$|Id$/, '').toLowerCase()));
}

/** `create_workbook(path)`, then whatever works on a `path`. */
function makesPlace(from: ShownTool, to: ShownTool): boolean {
  if (!from.words.some((word) => PLACES.has(word)) || to.words.some((word) => MAKING.has(word))) return false;
  return from.required.some((name) => /^(?:path|filename|file_path)$/.test(name) && to.required.includes(name));
}

const PLACES = new Set(['workbook', 'document', 'file', 'presentation']);

const idsOf = (word: string): string[] => [`${word}_id`, `${word}id`, `${word}_name`, `${word}name`];

const COMMON = new Set([
  'id',
  'name',
  'result',
  'status',
  'message',
  'success',
  'error',
  'text',
  'content',
  'data',
  'value',
]);

export function chainDependency({ inputs, seed }: ReplyContext): JsonObject {
  const tools = asList(inputs['steps']).map((step) => shownTool(asObject(step)['tool'] ?? null));
  const lost = chance(rngOf(`dependency/${seed}`), 0.06) ? tools.length - 1 : -1;
  const steps = tools.map((tool, at) => ({
    step: at + 1,
    arguments: tool.required.map((name, place) => sourceOf(name, { tools, at, lost: at === lost && place === 0 })),
    needs: at === 0 ? [] : [at],
  }));
  return { reason: 'Each step works on what the one before it gave.', steps };
}

function sourceOf(
  name: string,
  { tools, at, lost }: { tools: readonly ShownTool[]; at: number; lost: boolean },
): JsonObject {
  if (lost) return { name, source: 'unknown', from_step: null, field: null };
  const from = tools.slice(0, at).findLastIndex(({ result }) => result?.includes(name) === true);
  if (from < 0) return { name, source: 'user', from_step: null, field: null };
  return { name, source: 'step', from_step: from + 1, field: name };
}

export function chainVote({ inputs, seed }: ReplyContext): JsonObject {
  const tools = asList(inputs['tools']).map(shownTool);
  const names = asList(inputs['chain']).map(asText);
  const chain = names.flatMap((name) => tools.find((tool) => tool.name === name) ?? []);
  // Jurors of one chain mostly agree: the chain decides most of it, the juror the rest.
  const poor = chance(rngOf(`vote/${names.join(' ')}`), 0.12);
  const valid = chance(rngOf(`juror/${seed}`), 0.08) ? poor : !poor;
  if (!valid) {
    return {
      reason: 'One of the steps could be left out.',
      is_valid: false,
      task_description: '',
      user_query: '',
      task_plan: '',
    };
  }
  const query = requestFor(chain);
  return {
    reason: 'Every step adds to what the user wants.',
    is_valid: true,
    task_description: `A user wants this done: ${query}`,
    user_query: query,
    task_plan: chain.map(({ phrase }) => phrase).join('; '),
  };
}

export function chainQuery({ inputs }: ReplyContext): JsonObject {
  const tools = asList(inputs['steps']).map((step) => shownTool(asObject(step)['tool'] ?? null));
  return { reason: 'One wish whose parts rest on each other.', valid: true, query: requestFor(tools) };
}

/** Finds the tools by their phrases in the request, in the order in which these stand there. */
export function queryChain({ inputs, seed }: ReplyContext): JsonObject {
  const request = asText(inputs['request']);
  const tools = asList(inputs['tools']).map(shownTool);
  const found = tools
    .map((tool) => ({ name: tool.name, at: request.indexOf(`(${tool.phrase})`) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
  const rng = rngOf(`plan/${seed}`);
  const chain = found.length === 0 ? [pick(rng, tools).name] : found;
  const short = chain.length > 1 && chance(rng, 0.07) ? chain.slice(0, -1) : chain;
  return { plan: 'The calls follow the wishes in their order.', chain: short };
}

/** A request that says what each step does, in brackets, without its name. */
function requestFor(tools: readonly ShownTool[]): string {
  return `Please take care of this for me: ${tools.map(({ phrase }) => `(${phrase})`).join(', and with that ')}.`;
}

function shownTool(value: Json): ShownTool {
  const tool = asObject(value);
  const name = asText(tool['name']);
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const [sentence = ''] = asText(tool['description']).split(/[.\n]/);
  const said = sentence
    .replaceAll(name, words.join(' '))
    .replace(/[()]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120);
  const required = asList(asObject(tool['parameters'])['required']).map(asText);
  const properties = asObject(tool['result'])['properties'];
  const result = properties === undefined ? undefined : Object.keys(asObject(properties));
  // Two tools may have one description: their words tell them apart.
  return { name, words, phrase: `${said} [${words.join(' ')}]`.trim(), required, result };
}
