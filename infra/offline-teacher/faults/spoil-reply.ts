/** Replies that are spoiled as such, whatever they say; fenced, wrapped and thinking ones can still be read. */

import type { Json } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { pick, rngOf } from '../draws.ts';
import { asList, asObject, isObject } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import type { Choice } from '../replies/choice.ts';
import { jsonChoice } from '../replies/choice.ts';
import type { ReplyFault } from './fault-kinds.ts';

type Spoiler = (choice: Choice, rng: Rng) => Choice;

const text =
  (change: (content: string) => string): Spoiler =>
  (choice) => ({ ...choice, content: change(choice.content ?? '') });
const json =
  (change: (value: Json, rng: Rng) => Json): Spoiler =>
  (choice, rng) =>
    choice.value === undefined ? choice : jsonChoice(change(choice.value, rng));

const SPOILERS: { readonly [Kind in ReplyFault]: Spoiler } = {
  length: (choice) => ({ ...choice, content: half(choice.content ?? ''), finishReason: 'length' }),
  refusal: (choice) => ({ ...choice, content: null, refusal: 'I cannot help with this request.', value: undefined }),
  empty: text(() => ''),
  prose: text(() => 'This depends on several things, and it is hard to say without knowing more about the case.'),
  fenced: text((content) => `\`\`\`json\n${content}\n\`\`\``),
  wrapped: text((content) => `Here is the result you asked for:\n\n${content}\n\nI hope this helps.`),
  think: text((content) => `<think>First {a draft}, then ["another"]. That should do.</think>\n${content}`),
  'think-open': text((content) => `<think>Let me think about this step by step. ${half(content)}`),
  schema: json(() => ({ note: 'the work is done', done: true })),
  'missing-key': json(withoutOneKey),
  'string-booleans': json((value) => mapLeaves(value, (leaf) => (typeof leaf === 'boolean' ? String(leaf) : leaf))),
  'string-numbers': json((value) => mapLeaves(value, (leaf) => (typeof leaf === 'number' ? String(leaf) : leaf))),
  'out-of-range': json((value) =>
    mapLeaves(value, (leaf) => (typeof leaf === 'number' ? -1000 - Math.abs(leaf) : leaf)),
  ),
  'wrong-length': json((value, rng) =>
    mapFirstList(value, (items) => (rng() < 0.5 && items.length > 1 ? items.slice(1) : [...items, ...items])),
  ),
  'unknown-ids': json(withUnknownIds),
};

export function spoilReply(kind: ReplyFault, request: ChatRequest, choice: Choice): Choice {
  return SPOILERS[kind](choice, rngOf(`spoil/${kind}/${request.hash}`));
}

const half = (content: string): string => content.slice(0, Math.ceil(content.length / 2));

/** Every leaf of the value changed. */
export function mapLeaves(value: Json, change: (leaf: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => mapLeaves(item, change));
  if (!isObject(value)) return change(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapLeaves(item, change)]));
}

function withoutOneKey(value: Json, rng: Rng): Json {
  const names = Object.keys(asObject(value));
  if (names.length === 0) return value;
  const gone = pick(rng, names);
  return Object.fromEntries(Object.entries(asObject(value)).filter(([name]) => name !== gone));
}

/** The first list of the top level changed. */
function mapFirstList(value: Json, change: (items: readonly Json[]) => readonly Json[]): Json {
  const entries = Object.entries(asObject(value));
  const at = entries.findIndex(([, item]) => Array.isArray(item));
  return Object.fromEntries(entries.map(([name, item], index) => [name, index === at ? change(asList(item)) : item]));
}

/** Ids that no node has, wherever the reply names nodes. */
function withUnknownIds(value: Json): Json {
  const unknown = (id: Json): Json => (typeof id === 'number' ? 9000 + id : id);
  const walk = (item: Json): Json => {
    if (Array.isArray(item)) return item.map(walk);
    if (!isObject(item)) return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, inner]) => {
        if (name === 'id') return [name, unknown(inner)];
        if (name === 'call_id') return [name, 'ghost-call'];
        if (['ids', 'useless', 'problematic', 'covered_by', 'dependencies'].includes(name)) {
          const ids = asList(inner);
          return [name, ids.length > 0 ? ids.map(unknown) : [9000]];
        }
        return [name, walk(inner)];
      }),
    );
  };
  return walk(value);
}
