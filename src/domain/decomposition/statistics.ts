/**
 * The figures that the paper prints of its reinforcement-learning data (method §10.7), for ours: languages, domains,
 * depth, shapes, share of sub-questions with a tool, share of parallel steps, tool calls per instance.
 */
import type { Environment } from '../environment/schema.ts';
import { mean, median } from '../statistics.ts';
import { layersOf } from './dag.ts';
import type { Instance, Scenario } from './schema.ts';

/** The part of an instance or environment that the figures rest on. */
export interface CountedInstance {
  readonly language: string;
  readonly domain: string;
  readonly scenario: Scenario;
  readonly hops: number;
  readonly nodes: readonly { readonly id: number; readonly dependencies: readonly number[] }[];
  /** Nodes answered by a tool call; absent while that is not decided. */
  readonly toolCalls?: number;
}

export interface Share {
  readonly name: string;
  readonly count: number;
  /** In [0, 1]. */
  readonly share: number;
}

export interface DataStatistics {
  readonly instances: number;
  readonly subQuestions: number;
  /** Most frequent first, ties by name. */
  readonly languages: readonly Share[];
  readonly domains: readonly Share[];
  readonly scenarios: readonly Share[];
  /** Null without instances. */
  readonly hops: { readonly mean: number; readonly median: number; readonly min: number; readonly max: number } | null;
  /** Share of steps whose layer holds another step; null without sub-questions. */
  readonly parallelShare: number | null;
  /** Share of sub-questions answered by a tool; null when no instance says which. */
  readonly toolShare: number | null;
  readonly meanToolCalls: number | null;
}

/** An instance as it is counted; `toolNodes` when tool necessity is decided. */
export function countInstance(instance: Instance, toolNodes?: readonly number[]): CountedInstance {
  const { language, domain, scenario, hops, nodes } = instance;
  return {
    language,
    domain,
    scenario,
    hops,
    nodes,
    ...(toolNodes === undefined ? {} : { toolCalls: toolNodes.length }),
  };
}

/** An environment as it is counted: its nodes with a tool are its calls. */
export function countEnvironment(environment: Environment): CountedInstance {
  const { language, domain, scenario, hops, nodes } = environment;
  return { language, domain, scenario, hops, nodes, toolCalls: nodes.filter((node) => node.tool !== null).length };
}

/** The figures over all instances; what cannot be known of an empty set is null, never 0. */
export function dataStatistics(instances: readonly CountedInstance[]): DataStatistics {
  const subQuestions = sum(instances.map((instance) => instance.nodes.length));
  const withTools = instances.filter((instance) => instance.toolCalls !== undefined);
  const calls = withTools.map((instance) => instance.toolCalls ?? 0);
  return {
    instances: instances.length,
    subQuestions,
    languages: sharesOf(instances.map((instance) => instance.language)),
    domains: sharesOf(instances.map((instance) => instance.domain)),
    scenarios: sharesOf(instances.map((instance) => instance.scenario)),
    hops: rangeOf(instances.map((instance) => instance.hops)),
    parallelShare: ratio(sum(instances.map(parallelSteps)), subQuestions),
    toolShare: ratio(sum(calls), sum(withTools.map((instance) => instance.nodes.length))),
    meanToolCalls: mean(calls) ?? null,
  };
}

function sharesOf(names: readonly string[]): Share[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count, share: count / names.length }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function rangeOf(values: readonly number[]): DataStatistics['hops'] {
  const [centre, middle] = [mean(values), median(values)];
  if (centre === undefined || middle === undefined) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return { mean: centre, median: middle, min: sorted[0] ?? centre, max: sorted.at(-1) ?? centre };
}

function parallelSteps(instance: CountedInstance): number {
  const layers = layersOf(instance.nodes) ?? [];
  return sum(layers.map((layer) => (layer.length > 1 ? layer.length : 0)));
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
