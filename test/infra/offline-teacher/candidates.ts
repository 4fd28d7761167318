/** Tool candidates of the offline teacher for every node of its decompositions, made prompt by prompt as a run does. */

import { normaliseDecomposition } from '../../../src/domain/decomposition/normalise.ts';
import type { Instance, InstanceNode, SourceQuestion } from '../../../src/domain/decomposition/schema.ts';
import type { ToolCandidate } from '../../../src/domain/environment/schema.ts';
import { ToolCallReply, ToolDocumentReply, ToolImplementationReply } from '../../../src/domain/environment/schema.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { replyFor } from './asking.ts';

const WORDS =
  'harbour orchard tram bakery archive glacier museum lantern saddle compass quarry kettle ballet ledger'.split(' ');
const HAN = '航运 园艺 铁路 烘焙 档案 冰川 博物馆 医药 教育 气象'.split(' ');

/** A row nobody has seen: the domain, language and hops follow from the number. */
export function sourceRow(at: number): SourceQuestion {
  const chinese = at % 4 === 3;
  const words = chinese ? HAN : WORDS;
  const word = (step: number): string => words[(at * step + (at >> 3)) % words.length] ?? '';
  const min = 1 + (at % 4);
  return {
    mode: 'domain',
    domain: chinese ? `${word(1)}${word(3)}` : `${word(1)} ${word(5)} ${at}`,
    language: chinese ? 'zh' : 'en',
    hops: { min, max: min + (at % 2) },
    repeat: 0,
    provenance: {},
  };
}

/** The accepted instances of the reply to one row. */
export function instancesOf(row: SourceQuestion, faults = ''): Instance[] {
  const request: JsonObject = { mode: row.mode, domain: row.domain, language: row.language, hops: row.hops };
  const extra = {
    ...(row.question === undefined ? {} : { question: row.question }),
    ...(row.answer === undefined ? {} : { answer: row.answer }),
  };
  const reply = replyFor({ prompt: 'decomposition/decompose', inputs: { request: { ...request, ...extra } }, faults });
  const items = reply['decompositions'] as readonly Json[];
  return items
    .map((item) => normaliseDecomposition(item, row))
    .flatMap((one) => (one.status === 'accepted' ? [one.instance] : []));
}

/** The candidate for a node, or undefined when the call writer gives up. `faults` spoil the prompts they name. */
export function candidateFor(instance: Instance, node: InstanceNode, faults = ''): ToolCandidate | undefined {
  const known = instance.nodes
    .filter(({ id }) => node.dependencies.includes(id))
    .map((one) => ({ question: one.subQuestion, answer: one.answer.text }));
  const question = { question: node.subQuestion, known };
  const ask = (prompt: string, inputs: { readonly [name: string]: Json }): JsonObject =>
    replyFor({ prompt: `environment/${prompt}`, inputs: { question, ...inputs }, faults });
  const draft = stored(ToolDocumentReply.parse(ask('tool-document', {})).tool);
  const document = stored(ToolDocumentReply.parse(ask('tool-complexity', { tool: draft as Json })).tool);
  const { call } = ToolCallReply.parse(ask('tool-call', { tool: document as Json }));
  const { text, type, unit } = node.answer;
  const answer = { text, type, ...(unit === undefined ? {} : { unit }) };
  const { code } = ToolImplementationReply.parse(ask('tool-implementation', { answer, tool: document as Json }));
  if (call === null) return undefined;
  return { nodeId: node.id, question: node.subQuestion, known, gold: node.answer, draft, document, call, code };
}

/** As the store gives it back: keys sorted. */
function stored<T>(value: T): T {
  const sorted = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(sorted);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, sorted(inner)]),
    );
  };
  return sorted(value) as T;
}
