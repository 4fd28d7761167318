/** A training step in a line (ours): what people read in the history of a run, in its epoch and on the screen. */
import { type FillRule, type GroupSummary, passRates } from './batch-filling.ts';

export interface ToldGroup extends GroupSummary {
  readonly tokens: number;
  readonly calls: number;
}

export interface ToldStep {
  readonly made: { readonly step: number; readonly rewardMean: number };
  /** Valid groups of earlier steps, groups that this one rolled out, and carried ones that were too old. */
  readonly kept: readonly ToldGroup[];
  readonly tried: readonly ToldGroup[];
  readonly stale: number;
  readonly fill: FillRule;
  readonly seconds: { readonly publish: number; readonly rollouts: number; readonly training: number };
}

/** Reward, groups kept and dropped, sampled tokens, seconds by part. */
export function stepLine({ made, kept, tried, stale, fill, seconds }: ToldStep): string {
  const rates = passRates(tried, fill);
  const carried = kept.length + rates.mixed - fill.target;
  const tokens = tried.reduce((sum, group) => sum + group.tokens, 0);
  return [
    `step ${made.step}: reward ${made.rewardMean.toFixed(3)}`,
    `groups ${droppedText(fill.target, rates)}${carriedText(kept.length, carried, stale)}`,
    `${tokens} tokens`,
    `seconds: publish ${shown(seconds.publish)}, rollouts ${shown(seconds.rollouts)}, training ${shown(seconds.training)}`,
  ].join(' | ');
}

/** "8 kept, 4 dropped (all right 1, all wrong 3)"; only reasons that there were. */
export function droppedText(kept: number, { allGood, allBad, equal, lost }: ReturnType<typeof passRates>): string {
  const reasons = Object.entries({ 'all right': allGood, 'all wrong': allBad, equal, lost })
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${reason} ${count}`);
  const dropped = allGood + allBad + equal + lost;
  return `${kept} kept, ${dropped} dropped${dropped === 0 ? '' : ` (${reasons.join(', ')})`}`;
}

function carriedText(before: number, after: number, stale: number): string {
  const parts = [`, ${before} from before`, `, ${after} carried on`, `, ${stale} too old`];
  return parts.filter((_, at) => [before, after, stale][at] !== 0).join('');
}

function shown(seconds: number): string {
  return Math.max(0, seconds).toFixed(1);
}
