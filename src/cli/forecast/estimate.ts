/** Calls, tokens, money and time of a run before it starts: pure arithmetic over rates. */
import { promptRoles } from '../../domain/prompt/roles.ts';
import { resolveModel } from '../../domain/run/models.ts';
import type { ModelRole, ResolvedModel, RunConfig } from '../../domain/run/schema.ts';
import type { PlannedVolume } from './count-questions.ts';
import { type AskedFor, type CallRate, type CallRates, playedPerServer, type Range, type Unit } from './priors.ts';

export interface Rates {
  readonly instancesPerQuestion: Range;
  readonly calls: CallRates;
}

export interface Forecast {
  readonly questions: number;
  readonly scenarios: number;
  /** Tool servers; absent without the stage. */
  readonly servers?: number;
  readonly calls: Range;
  readonly tokens: Range;
  /** In the currency of the configured prices; 0 without prices. */
  readonly cost: Range;
  readonly hours: Range;
  /** Instances that will be built into environments; not all of them succeed. */
  readonly selected: Range;
}

/** The forecast for so many questions and scenarios; every number is an interval. */
export function estimate(config: RunConfig, planned: PlannedVolume, rates: Rates): Forecast {
  const volumes = volumesOf(config, planned, rates.instancesPerQuestion);
  const nodes = nodesPerInstance(config);
  // Object.entries forgets that the keys are prompt ids.
  const asked = (Object.entries(rates.calls) as [AskedFor, CallRate][]).filter(([prompt]) => isReached(config, prompt));
  const prompts = asked.map(([prompt, rate]) => {
    const perUnit = rate.perNode ? times(rate.calls, nodes) : rate.calls;
    return {
      rate,
      model: resolveModel(config, prompt === 'trajectory/agent' ? 'agent' : promptRoles[prompt]),
      calls: multiply(volumes[rate.unit], perUnit),
    };
  });
  return {
    ...planned,
    calls: whole(sum(prompts.map(({ calls }) => calls))),
    tokens: whole(sum(prompts.map(({ calls, rate }) => times(calls, rate.promptTokens + rate.completionTokens)))),
    cost: sum(prompts.map(({ calls, rate, model }) => times(calls, costOfCall(rate, model)))),
    hours: hoursOf(config, prompts),
    selected: whole(volumes.selected),
  };
}

function volumesOf(
  config: RunConfig,
  { questions, scenarios, servers = 0 }: PlannedVolume,
  perQuestion: Range,
): { readonly [U in Unit]: Range } {
  const one = { low: 1, mid: 1, high: 1 };
  const instance = times(perQuestion, questions);
  const selected = selectedOf(config, instance);
  return {
    question: times(one, questions),
    instance,
    selected,
    scenario: times(one, scenarios),
    server: times(one, servers),
    trajectory: playedOf(config, servers),
  };
}

/** Episodes of all servers, at most as many as the configuration asks for. */
function playedOf({ trajectories: stage }: RunConfig, servers: number): Range {
  if (stage?.stopAfter !== 'trajectories') return { low: 0, mid: 0, high: 0 };
  const { perTask, count = Number.POSITIVE_INFINITY } = stage.episodes;
  const { low, mid, high } = times(playedPerServer, servers * perTask);
  return { low: Math.min(low, count), mid: Math.min(mid, count), high: Math.min(high, count) };
}

/** No task is written in a run that ends with its chains. */
function isReached({ trajectories: stage }: RunConfig, prompt: AskedFor): boolean {
  return !prompt.startsWith('task/') || stage?.stopAfter !== 'chains';
}

function selectedOf(config: RunConfig, instance: Range): Range {
  const settings = config.environments;
  if (settings === undefined || settings.stopAfter === 'scores') return times(instance, 0);
  if ('threshold' in settings.selection) return { low: 0, mid: instance.mid / 2, high: instance.high };
  // Ties at the percentile go on together: the share is a lower bound.
  const share = 1 - settings.selection.percentile / 100;
  return {
    low: instance.low * share,
    mid: instance.mid * Math.min(1, share * 1.1),
    high: instance.high * Math.min(1, share * 1.5),
  };
}

/** Nodes of a middling instance: parallel branches make a few more than hops. */
function nodesPerInstance(config: RunConfig): number {
  const sources = (config.environments?.sources ?? []).filter((source) => source.mode !== 'scenario');
  const hops = sources.reduce((total, { hops: { min, max } }) => total + (min + max) / 2, 0);
  return sources.length === 0 ? 0 : (hops / sources.length) * 1.2;
}

function costOfCall({ promptTokens, completionTokens }: CallRate, { price }: ResolvedModel): number {
  return (promptTokens * price.promptPerMillion + completionTokens * price.completionPerMillion) / 1e6;
}

interface PromptCalls {
  readonly calls: Range;
  readonly rate: CallRate;
  readonly model: ResolvedModel;
}

/** The busiest role decides: roles work side by side, calls of one role share its slots. */
function hoursOf(config: RunConfig, prompts: readonly PromptCalls[]): Range {
  const itemsAtOnce = config.execution.partitions * config.execution.window;
  const byRole = Map.groupBy(prompts, ({ model }): ModelRole => model.role);
  const hours = [...byRole.values()].map((group) => {
    const seconds = sum(group.map(({ calls, rate }) => times(calls, rate.seconds)));
    const slots = Math.min(group[0]?.model.concurrency ?? 1, itemsAtOnce * 2);
    return times(seconds, 1 / slots / 3600);
  });
  const most = (pick: (range: Range) => number): number => Math.max(0, ...hours.map(pick));
  return { low: most(({ low }) => low), mid: most(({ mid }) => mid), high: most(({ high }) => high) };
}

function sum(ranges: readonly Range[]): Range {
  return ranges.reduce((a, b) => ({ low: a.low + b.low, mid: a.mid + b.mid, high: a.high + b.high }), {
    low: 0,
    mid: 0,
    high: 0,
  });
}

function whole({ low, mid, high }: Range): Range {
  return { low: Math.round(low), mid: Math.round(mid), high: Math.round(high) };
}

function times({ low, mid, high }: Range, factor: number): Range {
  return { low: low * factor, mid: mid * factor, high: high * factor };
}

function multiply(a: Range, b: Range): Range {
  return { low: a.low * b.low, mid: a.mid * b.mid, high: a.high * b.high };
}
