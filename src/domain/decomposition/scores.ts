/**
 * Tool necessity and the four checks of a decomposition (method §8.2, §8.3, probes 19 and 20). In the original every
 * failed judge counted as 1.0; here a missing check leaves the instance without a score, and the mean is taken only over
 * checks that apply.
 */
import { mean } from '../statistics.ts';
import type {
  AtomicityReply,
  CompletenessReply,
  DependencyReply,
  Instance,
  NecessityReply,
  SerializationReply,
} from './schema.ts';

/** What a judge's replies amount to (§1.4): never a default number. */
export type Verdict =
  | { readonly kind: 'score'; readonly value: number; readonly reasons: readonly string[] }
  /** The check does not apply; left out of the mean and counted in the coverage. */
  | { readonly kind: 'na'; readonly why: string }
  /** No number; an instance with such a check has no score and cannot be selected. */
  | { readonly kind: 'unresolved'; readonly class: 'no_reply' | 'incomplete_reply'; readonly detail: string };

export const checkNames = ['dependency', 'atomicity', 'serialization', 'completeness'] as const;
export type CheckName = (typeof checkNames)[number];

/** Validated replies; null where the judge gave none. */
export interface CheckReplies {
  readonly dependency: readonly { readonly node: number; readonly reply: DependencyReply | null }[];
  readonly atomicity: AtomicityReply | null;
  readonly serialization: SerializationReply | null;
  readonly completeness: CompletenessReply | null;
}

export interface InstanceScore {
  readonly checks: Readonly<Record<CheckName, Verdict>>;
  /** Mean of the checks that apply, in [0, 1]; null when any check is unresolved. */
  readonly score: number | null;
  readonly coverage: { readonly scored: number; readonly na: number; readonly unresolved: number };
}

export type NecessityVerdict =
  | { readonly legal: true; readonly toolNodes: readonly number[] }
  | { readonly legal: false; readonly rule: 'tool_necessity'; readonly detail: string };

/**
 * Which nodes get a tool, ascending. Illegal when a node that others rest on needs none, when no node needs one, or when
 * the reply does not speak of every node.
 */
export function judgeNecessity(instance: Instance, reply: NecessityReply): NecessityVerdict {
  const needs = new Map(reply.nodes.map((node) => [node.id, node.needs_tool]));
  const unspoken = instance.nodes.find((node) => !needs.has(node.id));
  if (unspoken !== undefined) return illegal(`the reply says nothing about node ${unspoken.id}`);
  const toolNodes = instance.nodes.filter((node) => needs.get(node.id) === true).map((node) => node.id);
  const restedOn = new Set(instance.nodes.flatMap((node) => node.dependencies));
  const toolless = [...restedOn].filter((id) => !toolNodes.includes(id)).sort((a, b) => a - b);
  if (toolless.length > 0) return illegal(`other nodes depend on nodes that need no tool: ${toolless.join(', ')}`);
  return toolNodes.length === 0
    ? illegal('no node needs a tool, so there is no environment to build')
    : { legal: true, toolNodes };
}

/** The four verdicts and their mean; ids that are no node of the instance count for nothing. */
export function scoreInstance(instance: Instance, replies: CheckReplies): InstanceScore {
  const checks = {
    dependency: dependencyVerdict(instance, replies.dependency),
    atomicity: atomicityVerdict(instance, replies.atomicity),
    serialization: serializationVerdict(instance, replies.serialization),
    completeness: completenessVerdict(instance, replies.completeness),
  };
  const verdicts = checkNames.map((name) => checks[name]);
  const values = verdicts.flatMap((verdict) => (verdict.kind === 'score' ? [verdict.value] : []));
  const unresolved = verdicts.filter((verdict) => verdict.kind === 'unresolved').length;
  return {
    checks,
    score: unresolved > 0 ? null : (mean(values) ?? null),
    coverage: { scored: values.length, na: verdicts.length - values.length - unresolved, unresolved },
  };
}

/** Mean over the nodes that have dependencies: 1 when nothing is missing and no referenced pair is useless. */
function dependencyVerdict(instance: Instance, replies: CheckReplies['dependency']): Verdict {
  const dependent = instance.nodes.filter((node) => node.dependencies.length > 0);
  if (dependent.length === 0) return { kind: 'na', why: 'no node depends on another' };
  const byNode = new Map(replies.map((item) => [item.node, item.reply]));
  const values: number[] = [];
  const reasons: string[] = [];
  for (const node of dependent) {
    const reply = byNode.get(node.id);
    if (!reply) return { kind: 'unresolved', class: 'no_reply', detail: `no usable reply for node ${node.id}` };
    const useless = reply.useless.filter((id) => node.dependencies.includes(id));
    values.push(reply.missing.length === 0 && useless.length === 0 ? 1 : 0);
    if (values.at(-1) === 0) reasons.push(`node ${node.id}: ${reply.reason}`);
  }
  return score(values, reasons);
}

/** Share of the nodes that are one job for one tool. */
function atomicityVerdict(instance: Instance, reply: AtomicityReply | null): Verdict {
  if (reply === null) return noReply;
  const byNode = new Map(reply.nodes.map((node) => [node.id, node]));
  const judged = instance.nodes.map((node) => byNode.get(node.id));
  if (judged.includes(undefined))
    return {
      kind: 'unresolved',
      class: 'incomplete_reply',
      detail: 'the reply does not speak of every node',
    };
  const failed = judged.filter((node) => node?.atomic !== true);
  return score(
    judged.map((node) => (node?.atomic === true ? 1 : 0)),
    failed.map((node) => `node ${node?.id}: ${node?.reason}`),
  );
}

/** 1 minus the share of the nodes that were chained without need. */
function serializationVerdict(instance: Instance, reply: SerializationReply | null): Verdict {
  if (reply === null) return noReply;
  const listed = new Set(reply.problematic);
  return score(
    instance.nodes.map((node) => (listed.has(node.id) ? 0 : 1)),
    [reply.reason],
  );
}

/** 1 when every requirement of the question is covered by a node, else 0. */
function completenessVerdict(instance: Instance, reply: CompletenessReply | null): Verdict {
  if (reply === null) return noReply;
  const ids = new Set(instance.nodes.map((node) => node.id));
  const missing = reply.requirements.filter((item) => !item.covered_by.some((id) => ids.has(id)));
  return score(
    [missing.length === 0 ? 1 : 0],
    [reply.reason, ...missing.map((item) => `not covered: ${item.requirement}`)],
  );
}

const noReply: Verdict = { kind: 'unresolved', class: 'no_reply', detail: 'no usable reply' };

function score(values: readonly number[], reasons: readonly string[]): Verdict {
  const value = mean(values);
  return value === undefined ? { kind: 'na', why: 'the instance has no nodes' } : { kind: 'score', value, reasons };
}

function illegal(detail: string): NecessityVerdict {
  return { legal: false, rule: 'tool_necessity', detail };
}
