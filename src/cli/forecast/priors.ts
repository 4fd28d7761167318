/** What a call of each prompt is expected to take before any run of yours was seen: our guesses, as data. */
import type { PromptId } from '../../domain/prompt/roles.ts';

/** An interval: about nine of ten runs should end inside it. */
export interface Range {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

/**
 * What a prompt is asked for: each question, each decomposed instance, each that was selected, each scenario, each tool server,
 * each conversation that is judged.
 */
export type Unit = 'question' | 'instance' | 'selected' | 'scenario' | 'server' | 'trajectory';

export interface CallRate {
  readonly unit: Unit;
  /** Calls per unit, repeated asks included. */
  readonly calls: Range;
  /** The calls are made for each node of the instance. */
  readonly perNode: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly seconds: number;
}

/** Prompts, and the turns of an agent, whose text is the conversation. */
export type AskedFor = PromptId | 'trajectory/agent';

export type CallRates = { readonly [Asked in AskedFor]: CallRate };

/** Instances that pass the structural rules, per question. */
export const instancesPerQuestion: Range = { low: 0.5, mid: 1, high: 2 };

/** Variants of a server's tasks that are played: its chains and those for the server alone, with their augmentations. */
export const playedPerServer: Range = { low: 1, mid: 9, high: 40 };

const once: Range = { low: 1, mid: 1.05, high: 1.3 };
const attempts: Range = { low: 1, mid: 1.6, high: 3.5 };
const judged = { unit: 'instance', calls: once, perNode: false, promptTokens: 1_100 } as const;
const stateful = { unit: 'scenario', calls: attempts, perNode: false } as const;
/** Chains of a server that are verified: most servers have a handful. */
const chains: Range = { low: 1, mid: 8, high: 20 };
const pooled = { unit: 'server', perNode: false, promptTokens: 5_000 } as const;
const conversation = { unit: 'trajectory', calls: once, perNode: false, promptTokens: 6_000 } as const;
const built = { unit: 'selected', calls: attempts, perNode: true } as const;

/** Tokens and seconds fit a thinking model of the size the paper used; other models differ by a factor. */
export const callPriors: CallRates = {
  'decomposition/decompose': {
    unit: 'question',
    calls: { low: 1, mid: 1.1, high: 1.6 },
    perNode: false,
    promptTokens: 1_600,
    completionTokens: 4_000,
    seconds: 60,
  },
  'decomposition/necessity': { ...judged, completionTokens: 1_200, seconds: 20 },
  'decomposition/dependency': {
    ...judged,
    calls: { low: 0.4, mid: 0.7, high: 1 },
    perNode: true,
    promptTokens: 800,
    completionTokens: 600,
    seconds: 12,
  },
  'decomposition/atomicity': { ...judged, completionTokens: 1_000, seconds: 18 },
  'decomposition/serialization': { ...judged, completionTokens: 900, seconds: 16 },
  'decomposition/completeness': { ...judged, completionTokens: 900, seconds: 16 },
  'environment/tool-document': { ...built, promptTokens: 900, completionTokens: 1_200, seconds: 20 },
  'environment/tool-complexity': { ...built, promptTokens: 1_200, completionTokens: 1_500, seconds: 25 },
  'environment/tool-call': { ...built, promptTokens: 1_300, completionTokens: 500, seconds: 10 },
  'environment/tool-implementation': { ...built, promptTokens: 1_800, completionTokens: 3_500, seconds: 55 },
  'environment/intent-clusters': {
    unit: 'selected',
    calls: once,
    perNode: false,
    promptTokens: 900,
    completionTokens: 700,
    seconds: 14,
  },
  'environment/merge-implementation': {
    unit: 'selected',
    calls: { low: 0, mid: 0.4, high: 3 },
    perNode: false,
    promptTokens: 3_500,
    completionTokens: 3_500,
    seconds: 55,
  },
  'stateful/design': { ...stateful, promptTokens: 1_100, completionTokens: 3_500, seconds: 55 },
  'stateful/plan': { ...stateful, promptTokens: 2_300, completionTokens: 3_000, seconds: 48 },
  'stateful/implementation': { ...stateful, promptTokens: 2_400, completionTokens: 4_500, seconds: 70 },
  'trajectory/chain-proposal': {
    ...pooled,
    calls: { low: 3, mid: 3.5, high: 12 },
    completionTokens: 2_000,
    seconds: 32,
  },
  'trajectory/chain-dependency': { ...pooled, calls: chains, completionTokens: 1_200, seconds: 20 },
  'trajectory/chain-vote': { ...pooled, calls: times(chains, 2), completionTokens: 900, seconds: 16 },
  'trajectory/chain-query': { ...pooled, calls: times(chains, 0.8), completionTokens: 700, seconds: 13 },
  'trajectory/query-chain': { ...pooled, calls: times(chains, 0.8), completionTokens: 700, seconds: 13 },
  'task/plan': { ...pooled, calls: times(chains, 0.6), completionTokens: 900, seconds: 16 },
  'task/free': { ...pooled, calls: { low: 1, mid: 2.3, high: 8 }, completionTokens: 900, seconds: 16 },
  'task/augment': { ...pooled, calls: times(chains, 1.4), promptTokens: 2_000, completionTokens: 900, seconds: 16 },
  'task/score': { ...pooled, calls: times(chains, 2), promptTokens: 2_500, completionTokens: 800, seconds: 15 },
  'task/without-tools': {
    ...pooled,
    calls: { low: 0, mid: 0, high: 30 },
    promptTokens: 500,
    completionTokens: 600,
    seconds: 12,
  },
  'task/user-script': {
    ...pooled,
    calls: { low: 0, mid: 2, high: 20 },
    promptTokens: 2_000,
    completionTokens: 500,
    seconds: 10,
  },
  'trajectory/agent': {
    ...conversation,
    calls: { low: 2, mid: 4.5, high: 12 },
    promptTokens: 5_000,
    completionTokens: 700,
    seconds: 13,
  },
  // Asked only where a server is known by its documents, or where somebody answers the agent.
  'trajectory/tool-output': {
    ...conversation,
    calls: { low: 0, mid: 0.3, high: 3 },
    completionTokens: 600,
    seconds: 12,
  },
  'trajectory/emulate': { ...conversation, calls: { low: 0, mid: 1, high: 12 }, completionTokens: 900, seconds: 16 },
  'trajectory/user': {
    ...conversation,
    calls: { low: 0, mid: 0.5, high: 6 },
    promptTokens: 1_200,
    completionTokens: 300,
    seconds: 6,
  },
  'trajectory/judge-query': { ...conversation, completionTokens: 900, seconds: 16 },
  'trajectory/judge-calls': { ...conversation, completionTokens: 1_800, seconds: 30 },
  'trajectory/judge-step': {
    ...conversation,
    calls: { low: 0, mid: 3, high: 12 },
    completionTokens: 700,
    seconds: 13,
  },
  'trajectory/judge-answer': { ...conversation, completionTokens: 700, seconds: 13 },
};

function times({ low, mid, high }: Range, factor: number): Range {
  return { low: low * factor, mid: mid * factor, high: high * factor };
}
