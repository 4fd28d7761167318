/**
 * The dataset card of a run (ours; figures of method §10.7): what is in the files, how it was made, what was refused and
 * why, and what its faults are. Nothing in it depends on when, where or how fast the run was.
 */
import type { CountedInstance } from '../decomposition/statistics.ts';
import { type DataStatistics, dataStatistics } from '../decomposition/statistics.ts';
import type { OutcomeCounts } from '../run/outcome.ts';
import { figures, orNone, percent, table } from './card-text.ts';
import { type EpisodeFacts, episodeFaults, episodeSections } from './episodes/episode-card.ts';
import { type ExportFormat, exportFiles } from './formats.ts';
import { statefulFigures, statefulIntroduction } from './stateful-card.ts';
import type { CountedStateful } from './stateful-rows.ts';

export interface CardFacts {
  readonly seed: number;
  /** In plan order. */
  readonly environments: readonly CountedInstance[];
  readonly stateful: readonly CountedStateful[];
  readonly licences: readonly (string | null)[];
  readonly sources: readonly { readonly mode: string; readonly licence: string | null }[];
  readonly yields: {
    readonly question: OutcomeCounts;
    readonly instance: OutcomeCounts;
    readonly scenario: OutcomeCounts;
  };
  /** Score from which instances were selected; null when none was scored. */
  readonly threshold: number | null;
  /** Null for a run without conversations. */
  readonly conversations: EpisodeFacts | null;
  readonly prompts: readonly PromptUse[];
  /** No language model stands behind the data: the offline teacher wrote and judged all of it. */
  readonly standIn: boolean;
  readonly formats: readonly ExportFormat[];
}

/** Distinct recorded calls of one prompt version and model. */
export interface PromptUse {
  readonly prompt: string;
  readonly hash: string;
  readonly model: string;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: number;
}

/** The card as Markdown with YAML front matter, as dataset hosts read it. */
export function datasetCard(facts: CardFacts): string {
  const statistics = dataStatistics(facts.environments);
  const { conversations } = facts;
  const rows = statistics.instances + facts.stateful.length;
  return [
    frontMatter(facts, statistics),
    hasEnvironments(facts) ? '# Verifiable tool environments' : '# Judged conversations with tools',
    ...(facts.standIn ? [standInNote] : []),
    ...environmentIntroduction(facts),
    '## Files',
    table(
      ['format', 'file'],
      facts.formats.map((format) => [format, exportFiles[format]]),
    ),
    ...(hasEnvironments(facts) ? environmentSections(facts, statistics) : []),
    ...(conversations === null ? [] : episodeSections(conversations, facts.seed, yields)),
    '## How it was made',
    `Seed ${facts.seed}. Sources: ${facts.sources.map((source) => `${source.mode} (licence: ${source.licence ?? 'not stated'})`).join('; ') || 'none'}.`,
    prompts(facts.prompts),
    cost(facts.prompts, rows),
    '## Known faults',
    [
      ...(hasEnvironments(facts) ? faults(facts, statistics) : []),
      ...(conversations === null ? [] : episodeFaults(conversations)),
    ]
      .map((fault) => `- ${fault}`)
      .join('\n'),
    '',
  ].join('\n\n');
}

const standInNote =
  '**No language model stands behind this data.** The offline teacher, a stand-in made of templates, wrote and judged all of it: it shows how the pipeline works and is not made for training.';

/** A run of conversations alone has no environments to speak of; one that made nothing at all is told as it always was. */
function hasEnvironments({
  conversations,
  environments,
  stateful,
  yields: { question, scenario },
}: CardFacts): boolean {
  const items = [question, scenario].flatMap((counts) => Object.keys(counts));
  return conversations === null || environments.length + stateful.length + items.length > 0;
}

function environmentIntroduction(facts: CardFacts): string[] {
  if (!hasEnvironments(facts)) return [];
  return [...introduction(facts.environments.length, facts.stateful.length), ...statefulIntroduction(facts.stateful)];
}

function environmentSections(facts: CardFacts, statistics: DataStatistics): string[] {
  const { question, instance, scenario } = facts.yields;
  return [
    '## Statistics',
    figures(statistics),
    ...statefulFigures(facts.stateful),
    '## Yield',
    `Questions and the instances decomposed from them, by what became of them. An item is rejected by a named rule, failed by class, or quarantined by a judge that gave no usable verdict; none of these is in the files. ${selection(facts)}`,
    yields(question, 'question'),
    yields(instance, 'instance'),
    ...(Object.keys(scenario).length === 0 ? [] : [yields(scenario, 'scenario')]),
  ];
}

/** A card of tasks with state alone says nothing of questions. */
function introduction(questions: number, stateful: number): string[] {
  if (questions === 0 && stateful > 0) return [];
  return [
    `${questions} questions, each with tools written as Python source and proven to return the gold answers: every tool passed nine acceptance rules, and all gold calls of an environment were replayed twice on the final code with equal results.`,
  ];
}

function frontMatter(facts: CardFacts, statistics: DataStatistics): string {
  const talks = facts.conversations?.episodes.filter(({ selected }) => selected) ?? [];
  const stated = [...facts.licences, ...talks.map(({ licence }) => licence)].map((licence) => licence ?? 'unknown');
  const licences = [...new Set([...stated, ...(facts.conversations?.personaLicences ?? [])])].sort();
  const named = [
    ...statistics.languages.map(({ name }) => name),
    ...[...facts.stateful, ...talks].map(({ language }) => language),
  ];
  const languages = [...new Set(named)].sort();
  return [
    '---',
    `license: ${licences.length === 1 ? quoted(licences[0] ?? 'unknown') : 'other'}`,
    `language: [${languages.map(quoted).join(', ')}]`,
    'task_categories: ["text-generation"]',
    'tags: ["tool-use", "function-calling", "reinforcement-learning", "synthetic"]',
    `size_categories: ${quoted(sizeCategory(statistics.instances + facts.stateful.length + talks.length))}`,
    '---',
  ].join('\n');
}

/** JSON strings are YAML strings. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function sizeCategory(rows: number): string {
  const steps = [
    [1000, 'n<1K'],
    [10_000, '1K<n<10K'],
    [100_000, '10K<n<100K'],
  ] as const;
  return steps.find(([limit]) => rows < limit)?.[1] ?? '100K<n<1M';
}

function selection({ threshold }: CardFacts): string {
  return threshold === null
    ? 'No instance was scored.'
    : `Scored instances went on from a score of ${threshold} upwards; the others are rejected:not_selected.`;
}

function yields(counts: OutcomeCounts, what: string): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const rows = Object.entries(counts)
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .map(([key, count]) => [key, String(count), percent(count / total)]);
  return orNone(rows, table([`${what} outcome`, 'items', 'share'], rows));
}

function prompts(uses: readonly PromptUse[]): string {
  const header = ['prompt', 'version', 'model', 'calls', 'prompt tokens', 'completion tokens'];
  const rows = uses.map((use) => [
    use.prompt,
    use.hash.slice(0, 12),
    use.model,
    ...[use.calls, use.promptTokens, use.completionTokens].map(String),
  ]);
  return orNone(rows, table(header, rows));
}

/** Money and tokens of all recorded calls, those for rejected items included. */
function cost(uses: readonly PromptUse[], environments: number): string {
  const sum = (value: (use: PromptUse) => number): number => uses.reduce((total, use) => total + value(use), 0);
  const tokens = sum((use) => use.promptTokens + use.completionTokens);
  const money = sum((use) => use.cost);
  const each = environments === 0 ? '' : ` That is ${Math.round(tokens / environments)} tokens per environment.`;
  return `All calls together: ${sum((use) => use.calls)} calls, ${tokens} tokens, cost ${Number(money.toFixed(6))} at the configured prices.${each}`;
}

function faults(facts: CardFacts, statistics: DataStatistics): string[] {
  const unlicensed = facts.licences.filter((licence) => licence === null).length;
  const rows = statistics.instances + facts.stateful.length;
  return [
    'Questions, answers and tool data were written by language models: the facts in them are invented or may be wrong. A gold answer is right about its tool, not about the world.',
    'Decompositions were judged by a language model; judges make mistakes in both directions.',
    facts.stateful.length === 0
      ? 'Tools are independent look-ups without shared state; no task needs a write, a refusal or a clarifying question.'
      : 'Tools of questions are independent look-ups; only tasks with state need writes. None needs a clarifying question.',
    'Difficulty is not measured: no solver was run on these tasks.',
    ...(unlicensed > 0 ? [`${unlicensed} of ${rows} environments come from a source that states no licence.`] : []),
    ...(rows < 100 ? [`With ${rows} environments the shares above say little.`] : []),
  ];
}
