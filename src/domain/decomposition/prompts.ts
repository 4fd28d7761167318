/**
 * What the six prompts of this stage show and accept (method §8.1 to §8.3). The original let replies of wrong length or
 * unknown ids pass after its retries; here every such reply is a problem that is said to the model.
 */
import type { Json } from '../json.ts';
import type { AnyPromptSpec, Problem, PromptSpec } from '../prompt/spec.ts';
import { bindSpec } from '../prompt/spec.ts';
import type { Instance, InstanceNode, NodeParams, NoParams, SourceQuestion } from './schema.ts';
import * as schema from './schema.ts';

type InstancePrompt<Reply, Params = NoParams> = PromptSpec<schema.InstanceFacts, Params, Reply>;

const decompose: PromptSpec<schema.QuestionFacts, NoParams, schema.DecomposeReply> = {
  id: 'decomposition/decompose',
  role: 'generator',
  facts: schema.QuestionFacts,
  params: schema.NoParams,
  reply: schema.DecomposeReply,
  inputs: ({ question }) => ({ request: requestOf(question) }),
  problems: () => [],
  summary: (reply) => ({ items: reply.decompositions.length }),
};

const necessity: InstancePrompt<schema.NecessityReply> = {
  id: 'decomposition/necessity',
  role: 'judge',
  facts: schema.InstanceFacts,
  params: schema.NoParams,
  reply: schema.NecessityReply,
  inputs: ({ instance }) => ({ question: instance.question, nodes: nodesOf(instance) }),
  problems: (reply, { instance }) => sameIds(instance, reply.nodes),
  summary: (reply) => ({ tools: reply.nodes.filter((node) => node.needs_tool).length }),
};

const dependency: InstancePrompt<schema.DependencyReply, NodeParams> = {
  id: 'decomposition/dependency',
  role: 'judge',
  facts: schema.InstanceFacts,
  params: schema.NodeParams,
  reply: schema.DependencyReply,
  inputs({ instance }, { node }) {
    const asked = nodeOf(instance, node);
    const references = asked.dependencies.map((id) => nodeOf(instance, id));
    return {
      sub_question: { id: asked.id, sub_question: asked.subQuestion },
      references: references.map(({ id, subQuestion, answer }) => ({ id, question: subQuestion, answer: answer.text })),
    };
  },
  problems: (reply, { instance }, { node }) =>
    unknownIds(reply.useless, { known: nodeOf(instance, node).dependencies, field: 'useless' }),
  summary: (reply) => ({ missing: reply.missing.length, useless: reply.useless.length }),
};

const atomicity: InstancePrompt<schema.AtomicityReply> = {
  id: 'decomposition/atomicity',
  role: 'judge',
  facts: schema.InstanceFacts,
  params: schema.NoParams,
  reply: schema.AtomicityReply,
  inputs: ({ instance }) => ({ question: instance.question, nodes: nodesOf(instance) }),
  problems: (reply, { instance }) => sameIds(instance, reply.nodes),
  summary: (reply) => ({ atomic: reply.nodes.filter((node) => node.atomic).length }),
};

const serialization: InstancePrompt<schema.SerializationReply> = {
  id: 'decomposition/serialization',
  role: 'judge',
  facts: schema.InstanceFacts,
  params: schema.NoParams,
  reply: schema.SerializationReply,
  inputs: ({ instance }) => ({ question: instance.question, nodes: nodesOf(instance) }),
  problems: (reply, { instance }) => unknownIds(reply.problematic, { known: idsOf(instance), field: 'problematic' }),
  summary: (reply) => ({ problematic: reply.problematic.length }),
};

const completeness: InstancePrompt<schema.CompletenessReply> = {
  id: 'decomposition/completeness',
  role: 'judge',
  facts: schema.InstanceFacts,
  params: schema.NoParams,
  reply: schema.CompletenessReply,
  inputs: ({ instance }) => ({
    question: instance.question,
    answer: instance.answer.text,
    nodes: nodesOf(instance),
  }),
  problems: (reply, { instance }) => {
    const covering = reply.requirements.flatMap((item) => item.covered_by);
    return unknownIds(covering, { known: idsOf(instance), field: 'covered_by' });
  },
  summary: (reply) => ({
    requirements: reply.requirements.length,
    missing: reply.requirements.filter((item) => item.covered_by.length === 0).length,
  }),
};

/** The prompts of question decomposition, in the order of the stage. */
export const decompositionPrompts: readonly AnyPromptSpec[] = [
  bindSpec(decompose),
  bindSpec(necessity),
  bindSpec(dependency),
  bindSpec(atomicity),
  bindSpec(serialization),
  bindSpec(completeness),
];

/** What the writer is told of a source row: never its provenance, licence or repeat number. */
function requestOf(question: SourceQuestion): Json {
  const { mode, domain, language, hops, corpus, question: text, answer, taxonomy } = question;
  return {
    mode,
    domain,
    language,
    hops,
    ...(corpus === undefined ? {} : { corpus }),
    ...(text === undefined ? {} : { question: text }),
    ...(answer === undefined ? {} : { answer }),
    ...(taxonomy === undefined ? {} : { taxonomy: withoutUndefined(taxonomy) }),
  };
}

function withoutUndefined(taxonomy: NonNullable<SourceQuestion['taxonomy']>): Json {
  const { path, description, example } = taxonomy;
  return example === undefined ? { path, description } : { path, description, example };
}

function nodesOf(instance: Instance): Json {
  return instance.nodes.map(({ id, subQuestion, answer, dependencies }) => ({
    id,
    sub_question: subQuestion,
    answer: answer.text,
    dependencies,
  }));
}

function idsOf(instance: Instance): number[] {
  return instance.nodes.map((node) => node.id);
}

function nodeOf(instance: Instance, id: number): InstanceNode {
  const node = instance.nodes.find((item) => item.id === id);
  if (node === undefined)
    throw new RangeError(`${instance.id} has no node ${id}: expected one of ${idsOf(instance).join(', ')}`);
  return node;
}

function sameIds(instance: Instance, entries: readonly { readonly id: number }[]): Problem[] {
  const expected = idsOf(instance);
  const got = entries.map((entry) => entry.id);
  const missing = expected.filter((id) => !got.includes(id));
  const twice = got.filter((id, index) => got.indexOf(id) !== index);
  return [
    ...unknownIds(got, { known: expected, field: 'nodes' }),
    ...(missing.length > 0
      ? [problem(`"nodes" leaves out ids ${missing.join(', ')}: expected one entry per node`)]
      : []),
    ...(twice.length > 0 ? [problem(`"nodes" has more than one entry for ids ${twice.join(', ')}`)] : []),
  ];
}

function unknownIds(ids: readonly number[], of: { known: readonly number[]; field: string }): Problem[] {
  const unknown = [...new Set(ids.filter((id) => !of.known.includes(id)))];
  if (unknown.length === 0) return [];
  return [
    problem(
      `"${of.field}" names unknown ids ${unknown.slice(0, 10).join(', ')}: expected ids among ${of.known.join(', ')}`,
    ),
  ];
}

function problem(detail: string): Problem {
  return { rule: 'ids_mismatch', detail };
}
