/**
 * What the dataset card says of judged conversations (ours; method §7.5, §7.6): what they are, what every rule let through,
 * how the scores lie so that another threshold can be chosen, how far two judges agree, and what was checked.
 */

import { dimensionNames } from '../../judgement/dimensions.ts';
import { agreementOf } from '../../judgement/disagreement.ts';
import type { OutcomeCounts } from '../../run/outcome.ts';
import { scoreHistogram } from '../../selection/histogram.ts';
import { type SelectionSettings, selectionRules } from '../../selection/rules.ts';
import { mean } from '../../statistics.ts';
import { orNone, percent, table } from '../card-text.ts';
import type { CountedEpisode } from './counted-episode.ts';

export interface EpisodeFacts {
  /** Judged conversations in plan order. */
  readonly episodes: readonly CountedEpisode[];
  readonly yields: Readonly<Record<'server' | 'chain' | 'task' | 'variant' | 'episode', OutcomeCounts>>;
  readonly selection: SelectionSettings;
  /** Names of the files that the conversations were held against. */
  readonly contamination: readonly string[];
  /** Licences of the personas that selected questions were written for. */
  readonly personaLicences: readonly string[];
}

/** The sections in the middle of a card, from what the rows are to what the scores say. */
export function episodeSections(
  facts: EpisodeFacts,
  seed: number,
  yieldTable: (counts: OutcomeCounts, what: string) => string,
): string[] {
  const { episodes, yields } = facts;
  const selected = episodes.filter((one) => one.selected);
  return [
    '## Conversations',
    `${selected.length} conversations of an assistant with tools, each in one episode with one server, judged on seven dimensions and selected out of ${episodes.length} judged ones. Rows are OpenAI messages with call ids; reasoning has a field of its own.`,
    conversationFigures(selected),
    '### What became of tasks and conversations',
    ...(['server', 'chain', 'task', 'variant', 'episode'] as const).map((kind) => yieldTable(yields[kind], kind)),
    '### Selection',
    selectionText(facts.selection),
    selectionTable(episodes),
    '### Overall scores of all judged conversations',
    histogram(episodes),
    '### Agreement of two judges',
    agreementTable(episodes, seed),
    '### Contamination',
    contamination(facts),
  ];
}

/** Faults that hold for these rows. */
export function episodeFaults({ episodes }: EpisodeFacts): string[] {
  const selected = episodes.filter((one) => one.selected);
  const emulated = selected.filter(({ environment }) => environment === 'emulated').length;
  const unlicensed = selected.filter(({ licence }) => licence === null).length;
  return [
    'Conversations were made and judged by models; a judge makes mistakes in both directions, and its score is no measure of truth.',
    ...(emulated > 0
      ? [
          `In ${emulated} of ${selected.length} conversations a language model played the tools: what they answer is invented, though held against a state and a schema.`,
        ]
      : []),
    ...(unlicensed > 0
      ? [`${unlicensed} of ${selected.length} conversations are with servers that state no licence.`]
      : []),
    ...(selected.length < 100 ? [`With ${selected.length} conversations the shares above say little.`] : []),
  ];
}

function conversationFigures(selected: readonly CountedEpisode[]): string {
  const average = (value: (one: CountedEpisode) => number): string => (mean(selected.map(value)) ?? 0).toFixed(2);
  const sum = (value: (one: CountedEpisode) => number): number =>
    selected.reduce((total, one) => total + value(one), 0);
  const calls = sum((one) => one.calls);
  const ofCalls = (count: number): string => (calls === 0 ? 'unknown' : `${percent(count / calls)} (${count})`);
  return table(
    ['figure', 'value'],
    [
      ['conversations', String(selected.length)],
      ['messages per conversation', average((one) => one.messages)],
      ['tool calls per conversation', average((one) => one.calls)],
      ['calls that failed', ofCalls(sum((one) => one.failedCalls))],
      ['failures that were made up', ofCalls(sum((one) => one.injected))],
      ['calls refused before any tool was asked', ofCalls(sum((one) => one.refusedCalls))],
      ['servers', shares(selected.map(({ server }) => server))],
      ['who answered', shares(selected.map(({ environment }) => environment))],
      ['kinds', shares(selected.map(({ kind }) => kind))],
      ['languages', shares(selected.map(({ language }) => language))],
      ['how they ended', shares(selected.map(({ stopReason }) => stopReason))],
      ['agent', shares(selected.map(({ agent }) => agent))],
      ['judge', shares(selected.map(({ judge }) => judge))],
      ['licences of the servers', shares(selected.map(({ licence }) => licence ?? 'not stated'))],
    ],
  );
}

/** The most frequent ten, with how many more there are. */
function shares(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
  const shown = sorted.slice(0, 10).map(([name, count]) => `${name} ${percent(count / values.length)} (${count})`);
  return [...shown, ...(sorted.length > 10 ? [`and ${sorted.length - 10} more`] : [])].join(', ') || 'none';
}

function selectionText({ overall, coverage, nearDuplicate, perTask, serverShare }: SelectionSettings): string {
  const caps = [
    ...(perTask === undefined ? [] : [`at most ${perTask} of a task`]),
    ...(serverShare === undefined ? [] : [`at most ${percent(serverShare)} of one server`]),
  ];
  return `Kept from an overall score of ${overall} upwards with at least ${coverage} of 7 dimensions, none of final_answer and tool_call at 0, questions sharing less than ${percent(nearDuplicate)} of their word triples${caps.length === 0 ? '' : `, ${caps.join(' and ')}`}. Rules in the order they were applied:`;
}

function selectionTable(episodes: readonly CountedEpisode[]): string {
  const rows = selectionRules.flatMap((rule) => {
    const count = episodes.filter(({ leftOut }) => leftOut === rule).length;
    return count === 0 ? [] : [[rule, String(count), percent(count / episodes.length)]];
  });
  const kept = episodes.filter(({ selected }) => selected).length;
  const all = [
    ...rows,
    ...(episodes.length === 0 ? [] : [['selected', String(kept), percent(kept / episodes.length)]]),
  ];
  return orNone(all, table(['rule', 'conversations', 'share'], all));
}

function histogram(episodes: readonly CountedEpisode[]): string {
  const steps = scoreHistogram(episodes.flatMap(({ overall }) => (overall === null ? [] : [overall])));
  const rows = steps.map(({ from, count, above }) => [from.toFixed(1), String(count), percent(above)]);
  return orNone(rows, table(['from', 'conversations', 'at or above'], rows));
}

function agreementTable(episodes: readonly CountedEpisode[], seed: number): string {
  const twice = episodes.flatMap(({ score, second }) => (second === null ? [] : [{ first: score, second }]));
  if (twice.length === 0) return 'No conversation was judged twice.';
  const found = agreementOf(twice, `${seed}/card`);
  const number = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(2));
  const rows = [...dimensionNames, 'all' as const].map((name) => {
    const { pairs, missing, agreed, kappa, interval } = found[name];
    const range = interval === null ? 'unknown' : `${number(interval.low)} to ${number(interval.high)}`;
    return [name, String(pairs), String(missing), number(agreed), number(kappa), range];
  });
  return `${twice.length} conversations were judged twice.\n\n${table(['dimension', 'pairs', 'without a verdict', 'equal', 'kappa', '95 % interval'], rows)}`;
}

function contamination({ contamination: files, episodes }: EpisodeFacts): string {
  if (files.length === 0)
    return 'No file was named to hold questions and answers against (`selection.contamination`): nothing is known of overlaps with benchmarks.';
  const found = episodes.filter(({ leftOut }) => leftOut === 'contaminated').length;
  return `Questions and answers of the conversations that passed every rule on their score were held against ${files.join(', ')}: thirteen words in a row, or a whole shorter text. ${found} of them matched and were left out.`;
}
