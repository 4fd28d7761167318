/**
 * The six questions the environment stage asks of a model (paper §3.2; method §8.4, §8.5): what each writer is shown, and
 * what makes its reply unusable. The barriers are here: the document and call writers see no answer of their node, and
 * the implementation writers see no call. The original shows the call to the implementation writer.
 */
import type { GoldAnswer } from '../answer/schema.ts';
import type { Instance } from '../decomposition/schema.ts';
import type { Json } from '../json.ts';
import { type AnyPromptSpec, bindSpec, type Problem } from '../prompt/spec.ts';
import { argumentProblems } from './argument-check.ts';
import { clusterProblems } from './clusters.ts';
import { documentProblems } from './document-rules.ts';
import { shorten } from './finding.ts';
import { leakProblems } from './leak-rules.ts';
import { askedOf, nodeOf } from './node-question.ts';
import { DesignFacts, InstanceFacts, MergeFacts, NodeParams, NodesParams } from './prompt-facts/schema.ts';
import {
  IntentClustersReply,
  ToolCallReply,
  type ToolDocument,
  ToolDocumentReply,
  ToolImplementationReply,
} from './schema.ts';

const toolDocument = bindSpec({
  id: 'environment/tool-document',
  role: 'generator',
  facts: InstanceFacts,
  params: NodeParams,
  reply: ToolDocumentReply,
  inputs: ({ instance }, { node }) => ({ question: questionBlock(instance, node) }),
  problems: ({ tool }, { instance }, { node }) => designProblems(tool, instance, node),
  summary: ({ tool }) => ({ name: tool.name }),
});

const toolComplexity = bindSpec({
  id: 'environment/tool-complexity',
  role: 'generator',
  facts: DesignFacts,
  params: NodeParams,
  reply: ToolDocumentReply,
  inputs: ({ instance, document }, { node }) => ({
    question: questionBlock(instance, node),
    tool: toolBlock(document.tool),
  }),
  problems: ({ tool }, { instance, document }, { node }) => [
    ...asProblems('document', documentProblems(tool, document.tool)),
    ...leaks(tool, instance, node),
  ],
  summary: ({ tool }) => ({ name: tool.name }),
});

const toolCall = bindSpec({
  id: 'environment/tool-call',
  role: 'generator',
  facts: DesignFacts,
  params: NodeParams,
  reply: ToolCallReply,
  inputs: ({ instance, document }, { node }) => ({
    question: questionBlock(instance, node),
    tool: toolBlock(document.tool),
  }),
  problems: ({ call }, { document }) => {
    if (call === null) return [];
    const renamed = call.name === document.tool.name ? [] : [`the call must name ${document.tool.name}`];
    return asProblems('signature', [...renamed, ...argumentProblems(document.tool, call.arguments)]);
  },
  /** A null call says that the document cannot serve the question. */
  summary: ({ call }) => ({ served: call !== null }),
});

const toolImplementation = bindSpec({
  id: 'environment/tool-implementation',
  role: 'generator',
  facts: DesignFacts,
  params: NodeParams,
  reply: ToolImplementationReply,
  inputs: ({ instance, document }, { node }) => ({
    question: questionBlock(instance, node),
    answer: answerBlock(nodeOf(instance, node).answer),
    tool: toolBlock(document.tool),
  }),
  problems: ({ code }, { document }) => codeProblems(code, document.tool),
  summary: ({ code }) => ({ characters: code.length }),
});

const intentClusters = bindSpec({
  id: 'environment/intent-clusters',
  role: 'generator',
  facts: InstanceFacts,
  params: NodesParams,
  reply: IntentClustersReply,
  inputs: ({ instance }, { nodes }) => ({
    nodes: nodes.map((id) => {
      const node = nodeOf(instance, id);
      return { id, question: node.subQuestion, answer: node.answer.text };
    }),
  }),
  problems: (reply, _facts, { nodes }) => asProblems('partition', clusterProblems(reply.clusters, nodes)),
  summary: ({ clusters }) => ({
    clusters: clusters.map((cluster) => ({ intent: shorten(cluster.intent, 200), ids: cluster.ids })),
  }),
});

const mergeImplementation = bindSpec({
  id: 'environment/merge-implementation',
  role: 'generator',
  facts: MergeFacts,
  params: NodesParams,
  reply: ToolImplementationReply,
  inputs: ({ instance, document, base }, { nodes }) => ({
    tool: toolBlock(document.tool),
    code: base.code,
    cases: nodes.map((id) => ({
      id,
      question: questionBlock(instance, id),
      answer: answerBlock(nodeOf(instance, id).answer),
    })),
  }),
  problems: ({ code }, { document }) => codeProblems(code, document.tool),
  summary: ({ code }) => ({ characters: code.length }),
});

/** All prompts of the stage, for the registry. */
export const environmentPrompts: readonly AnyPromptSpec[] = [
  toolDocument,
  toolComplexity,
  toolCall,
  toolImplementation,
  intentClusters,
  mergeImplementation,
];

function questionBlock(instance: Instance, node: number): Json {
  const { question, known } = askedOf(instance, node);
  return { question, known: known.map((pair) => ({ question: pair.question, answer: pair.answer })) };
}

function answerBlock({ text, type, unit }: GoldAnswer): Json {
  return { text, type, ...(unit === undefined ? {} : { unit }) };
}

function toolBlock(tool: ToolDocument): Json {
  // A stored document was parsed from JSON: its loose fields hold JSON values only.
  return { name: tool.name, description: tool.description, parameters: tool.parameters as Json };
}

function designProblems(tool: ToolDocument, instance: Instance, node: number): Problem[] {
  return [...asProblems('document', documentProblems(tool)), ...leaks(tool, instance, node)];
}

function leaks(tool: ToolDocument, instance: Instance, node: number): Problem[] {
  return asProblems('leak', leakProblems(tool, nodeOf(instance, node).answer, askedOf(instance, node)));
}

function codeProblems(code: string, tool: ToolDocument): Problem[] {
  if (code.includes('```'))
    return asProblems('static', ['the code must be bare Python source without Markdown fences']);
  return new RegExp(`^def\\s+${tool.name}\\s*\\(`, 'm').test(code)
    ? []
    : asProblems('signature', [`the code must define the function ${tool.name} at its top level`]);
}

function asProblems(rule: string, details: readonly string[]): Problem[] {
  return details.map((detail) => ({ rule, detail }));
}
