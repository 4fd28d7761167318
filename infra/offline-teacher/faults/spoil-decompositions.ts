/** Decompositions that must be refused, or read with care; the first of a reply is spoiled, the others stay good. */

import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { rngOf } from '../draws.ts';
import { asInteger, asList, asObject, asText } from '../json-text.ts';
import { numberIn } from '../questions/slot-types.ts';
import type { ChatRequest } from '../read-request.ts';
import { decompose } from '../replies/decompose.ts';
import type { DecomposeFault } from './fault-kinds.ts';

type NodeChange = (nodes: readonly JsonObject[]) => readonly JsonObject[];

const ENDS: { readonly [Kind in Exclude<DecomposeFault, 'hops' | 'script'>]: NodeChange } = {
  cyclic: (nodes) => nodes.map((node, at) => (at === 0 ? rests(node, [idOf(nodes.at(-1))]) : rests(node, [at]))),
  dangling: (nodes) => replaceLast(nodes, (node) => rests(node, [nodes.length + 40])),
  self: (nodes) => replaceLast(nodes, (node) => rests(node, [idOf(node)])),
  // Listed users first; roots alone get a reference to the last of them.
  forward: (nodes) =>
    nodes.some((node) => asList(node['dependencies']).length > 0)
      ? nodes.toReversed()
      : nodes.map((node, at) => (at === 0 ? rests(node, [idOf(nodes.at(-1))]) : node)),
  'zero-id': (nodes) => replaceLast(nodes, (node) => rests(node, [0])),
  'duplicate-ids': (nodes) => [...nodes, { ...nodes.at(-1), id: 1 }],
  'empty-answer': (nodes) => replaceLast(nodes, (node) => ({ ...node, answer: '' })),
  'numeric-answer': (nodes) => nodes.map((node) => ({ ...node, answer: asNumber(node['answer'] ?? '') })),
  'string-ids': (nodes) =>
    nodes.map((node) => ({ ...node, id: String(node['id']), dependencies: asList(node['dependencies']).map(String) })),
};

export function spoilDecompositions(kind: DecomposeFault, request: ChatRequest, value: Json): Json {
  const [first, ...others] = asList(asObject(value)['decompositions']);
  const item = asObject(first);
  return { decompositions: [spoiled(kind, request, item), ...others] };
}

function spoiled(kind: DecomposeFault, request: ChatRequest, item: JsonObject): JsonObject {
  if (kind === 'script') return { ...item, question: `${otherScript(asText(item['question']))}` };
  if (kind === 'hops') return otherHops(request);
  const nodes = ENDS[kind](asList(item['nodes']).map(asObject));
  return { ...item, nodes, ...(kind === 'empty-answer' ? { answer: '' } : {}) };
}

/** The same row asked for more hops than its most. */
function otherHops(request: ChatRequest): JsonObject {
  const row = asObject(request.inputs['request']);
  const most = asInteger(asObject(row['hops'])['max']) ?? 1;
  const wanted = { ...row, hops: { min: most + 2, max: most + 2 } };
  const reply = decompose({ inputs: { request: wanted }, seed: `${request.hash}/hops`, profile: 'usual' });
  return asObject(asList(reply['decompositions'])[0]);
}

/** A question in a script that is not the asked language's: Han for Latin texts, Cyrillic for the others. */
function otherScript(question: string): string {
  const letters = /\p{Script=Han}/u.test(question)
    ? 'вопрос город число какой ответ дата'
    : '哪个 城市 数量 日期 机构 编号';
  const rng = rngOf(question);
  const words = letters.split(' ');
  return `${Array.from({ length: 8 }, () => words[Math.floor(rng() * words.length)]).join(' ')}?`;
}

const idOf = (node: JsonObject | undefined): number => asInteger(node?.['id']) ?? 1;
const rests = (node: JsonObject, ids: readonly number[]): JsonObject => ({ ...node, dependencies: ids });
const replaceLast = (nodes: readonly JsonObject[], change: (node: JsonObject) => JsonObject): readonly JsonObject[] =>
  nodes.map((node, at) => (at === nodes.length - 1 ? change(node) : node));

function asNumber(answer: Json): Json {
  const plain = typeof answer === 'string' && /^[\d.,]+$/.test(answer);
  return plain ? numberIn(answer) : answer;
}
