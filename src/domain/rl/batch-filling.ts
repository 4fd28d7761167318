/**
 * Adaptive batch filling (paper §3.3; method §10.4): a group without spread teaches nothing, so groups are rolled out
 * until the batch has its number of valid ones; what is over goes to the next step. The paper lets leftovers be of any
 * age and never says when to give up. Ours are tagged with the policy that sampled them and dropped when they are too
 * old, the order is that of the group numbers whatever order they arrived in, and a step that cannot fill ends with the
 * reason.
 */
import { populationDeviation } from '../statistics.ts';

/** What is decided by; the trajectories themselves stay in the store. */
export interface GroupSummary {
  readonly group: number;
  /** Training step whose weights sampled it. */
  readonly version: number;
  /** Of the rollouts that are left. */
  readonly rewards: readonly number[];
  /** Rollouts that were wanted. */
  readonly wanted: number;
}

export interface FillRule {
  /** Valid groups of a batch. */
  readonly target: number;
  /** A group is valid when the standard deviation of its rewards is above this. */
  readonly delta: number;
  /** Share of the wanted rollouts that must be left. */
  readonly quorum: number;
  /** Steps that a carried group may be old. */
  readonly maxStaleness: number;
  /** Groups that one step may roll out. */
  readonly maxGroups: number;
}

export type GroupVerdict = 'valid' | 'no_spread' | 'quorum';

/** Whether a group can be trained on, and else why not. A group below the quorum was never measured. */
export function judgeGroup({ rewards, wanted }: GroupSummary, { delta, quorum }: FillRule): GroupVerdict {
  if (rewards.length < 2 || rewards.length < quorum * wanted) return 'quorum';
  return (populationDeviation(rewards) ?? 0) > delta ? 'valid' : 'no_spread';
}

/** Carried groups that are still fresh enough to train the step after `version`, and how many are not. */
export function freshGroups<G extends GroupSummary>(
  carried: readonly G[],
  version: number,
  maxStaleness: number,
): { readonly kept: G[]; readonly stale: number } {
  const kept = carried.filter((group) => version - group.version <= maxStaleness);
  return { kept, stale: carried.length - kept.length };
}

export type Filling<G> =
  | { readonly status: 'full'; readonly batch: readonly G[]; readonly carry: readonly G[] }
  /** Roll out so many more. */
  | { readonly status: 'open'; readonly more: number }
  | { readonly status: 'starved'; readonly valid: number; readonly detail: string };

/**
 * Where a step stands. `carried` are fresh valid groups of earlier steps, `tried` all groups of this one so far. Groups
 * enter the batch by their number, oldest first.
 */
export function fillBatch<G extends GroupSummary>(
  rule: FillRule,
  carried: readonly G[],
  tried: readonly G[],
): Filling<G> {
  const valid = [...carried, ...tried.filter((group) => judgeGroup(group, rule) === 'valid')].toSorted(
    (a, b) => a.group - b.group,
  );
  if (valid.length >= rule.target)
    return { status: 'full', batch: valid.slice(0, rule.target), carry: valid.slice(rule.target) };
  const left = rule.maxGroups - tried.length;
  if (left <= 0) return { status: 'starved', valid: valid.length, detail: starvation(rule, valid.length, tried) };
  return {
    status: 'open',
    more: Math.min(left, waveSize(rule.target - valid.length, valid.length - carried.length, tried)),
  };
}

/** Enough groups to fill what lacks at the rate seen so far, at most four times as many. */
function waveSize(lacking: number, valid: number, tried: readonly GroupSummary[]): number {
  const rate = tried.length === 0 ? 1 : Math.max(0.25, valid / tried.length);
  return Math.ceil(lacking / rate);
}

export interface PassRates {
  /** Rewards all 1, all 0, equal but between, and mixed; lost: below the quorum. */
  readonly allGood: number;
  readonly allBad: number;
  readonly equal: number;
  readonly mixed: number;
  readonly lost: number;
}

/** How the rewards of groups are spread: the first thing to look at when batches do not fill. */
export function passRates(groups: readonly GroupSummary[], rule: FillRule): PassRates {
  const kinds = groups.map((group) => rateKind(group, rule));
  const count = (kind: keyof PassRates): number => kinds.filter((one) => one === kind).length;
  return {
    allGood: count('allGood'),
    allBad: count('allBad'),
    equal: count('equal'),
    mixed: count('mixed'),
    lost: count('lost'),
  };
}

function rateKind(group: GroupSummary, rule: FillRule): keyof PassRates {
  const verdict = judgeGroup(group, rule);
  if (verdict !== 'no_spread') return verdict === 'valid' ? 'mixed' : 'lost';
  if (group.rewards.every((reward) => reward === 0)) return 'allBad';
  return group.rewards.every((reward) => reward === 1) ? 'allGood' : 'equal';
}

function starvation(rule: FillRule, valid: number, tried: readonly GroupSummary[]): string {
  const { allGood, allBad, equal, mixed, lost } = passRates(tried, rule);
  const rolledOut = tried.length === 1 ? '1 group was' : `${tried.length} groups were`;
  return (
    `the batch needs ${rule.target} groups whose rewards differ; ${rolledOut} rolled out and ${valid} are valid ` +
    `(all right ${allGood}, all wrong ${allBad}, equal ${equal}, mixed ${mixed}, lost ${lost}). ` +
    'All wrong: the policy is too weak or the tasks too hard, train it longer by SFT or take easier tasks. ' +
    'All right: take harder tasks. Or raise rl.maxGroups or lower rl.groups'
  );
}
