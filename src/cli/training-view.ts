/** Training on the screen: pure, from what the store says to curves and a table of policies. */
import type { TrainingView } from '../activities/store/training-view.ts';
import { droppedText } from '../domain/rl/step-line.ts';
import { short } from './numbers.ts';

const marks = '▁▂▃▄▅▆▇█';
const width = 40;

/** A curve of at most 40 marks; neighbours are averaged when there are more values. Empty for no value. */
export function sparkline(values: readonly number[]): string {
  const shown = averaged(values.filter(Number.isFinite), width);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const span = high - low || 1;
  return shown.map((value) => marks[Math.round(((value - low) / span) * (marks.length - 1))]).join('');
}

function averaged(values: readonly number[], most: number): number[] {
  const size = Math.ceil(values.length / most);
  return Array.from({ length: Math.ceil(values.length / Math.max(1, size)) }, (_, at) => {
    const part = values.slice(at * size, (at + 1) * size);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** A line per curve, what became of groups and seconds, the last steps, then the held-out table. */
export function trainingLines({ sft, steps, rollouts, evaluations }: TrainingView): readonly string[] {
  return [
    ...(sft === null ? [] : sftLines(sft)),
    ...(steps.length === 0 ? [] : stepLines(steps)),
    ...(rollouts.groups === 0 ? [] : rolloutLines(steps, rollouts)),
    ...(steps.length === 0 ? [] : [...secondsLine(steps), ...stepTable(steps)]),
    ...evaluationLines(evaluations),
  ];
}

function sftLines({ loss, notes }: NonNullable<TrainingView['sft']>): readonly string[] {
  const rows = notes.filter((note) => /\brows\b/.test(note));
  return [
    curve(
      'SFT loss',
      loss.map((one) => one.loss),
      `${loss.at(-1)?.step ?? 0} steps`,
    ),
    ...rows.map((note) => `SFT rows      ${note}`),
  ];
}

function stepLines(steps: TrainingView['steps']): readonly string[] {
  const last = steps.at(-1);
  const of = (name: string): number[] => steps.map(({ metrics }) => metrics[name] ?? 0);
  return [
    curve('reward', of('reward_mean'), `step ${last?.step ?? 0}, epoch ${last?.epoch ?? 0}`),
    curve('calls', of('calls'), `recall ${number(of('recall').at(-1))}, precision ${number(of('precision').at(-1))}`),
    curve('gradient', of('grad_norm'), `KL ${number(of('kl').at(-1))}, entropy ${number(of('entropy').at(-1))}`),
    ...logprobLine(steps),
  ];
}

function rolloutLines(steps: TrainingView['steps'], rollouts: TrainingView['rollouts']): readonly string[] {
  const { groups, tokens, seconds, lost, rates } = rollouts;
  const kept = steps.reduce((total, step) => total + step.kept, 0);
  const dropped = rates === null ? `${kept} kept` : droppedText(kept, rates);
  return [
    `groups        ${groups} rolled out: ${dropped}, ${steps.at(-1)?.carried ?? 0} carried on, ${sum(steps, 'stale')} too old`,
    `rollouts      ${short(tokens)} tokens sampled, ${lost} rollouts lost, groups took ${short(seconds)} s in sum`,
  ];
}

/** What a part is called, in the order in which a step goes through them. */
const parts = ['publish', 'rollouts', 'batch', 'load', 'update', 'checkpoint', 'wait'] as const;

function secondsLine(steps: TrainingView['steps']): readonly string[] {
  const timed = steps.filter(({ timings }) => Object.keys(timings).length > 0);
  if (timed.length === 0) return [];
  const mean = (part: string): number =>
    timed.reduce((total, { timings }) => total + (timings[part] ?? 0), 0) / timed.length;
  const whole = parts.reduce((total, part) => total + mean(part), 0);
  const shares = parts.map((part) => `${part} ${mean(part).toFixed(2)}`).join(', ');
  return [`seconds       ${whole.toFixed(2)} a step: ${shares}`];
}

/** Steps that are shown one by one. */
const shownSteps = 5;

function stepTable(steps: TrainingView['steps']): readonly string[] {
  const head = ['step', 'reward', 'F1', 'calls', 'kept/tried', 'carried', 'too old', 'tokens', ...parts];
  const rows = steps
    .slice(-shownSteps)
    .map((step) => [
      String(step.step),
      number(step.metrics['reward_mean']),
      number(step.metrics['f1']),
      number(step.metrics['calls']),
      `${step.kept}/${step.tried}`,
      String(step.carried),
      String(step.stale),
      short(step.tokens),
      ...parts.map((part) => secondsOf(step.timings[part])),
    ]);
  return table([head, ...rows]);
}

const secondsOf = (value: number | undefined): string => (value === undefined ? '?' : `${value.toFixed(2)} s`);

/** The largest difference of all steps, and which steps are marked; nothing where the trainer does not tell. */
function logprobLine(steps: TrainingView['steps']): readonly string[] {
  const seen = steps.flatMap(({ metrics }) => metrics['logprob_diff_max'] ?? []);
  if (seen.length === 0) return [];
  const over = steps.filter(({ metrics }) => metrics['logprob_diff_over'] === 1).map(({ step }) => step);
  const warning = over.length === 0 ? '' : `; WARNING: above the limit in step ${over.join(', ')}`;
  return [`log-probs     sampled and recomputed differ by at most ${Math.max(...seen).toExponential(1)}${warning}`];
}

function sum(steps: TrainingView['steps'], name: 'stale'): number {
  return steps.reduce((total, step) => total + step[name], 0);
}

function curve(name: string, values: readonly number[], note: string): string {
  const ends = values.length === 0 ? '' : ` ${number(values[0])} → ${number(values.at(-1))}`;
  return `${name.padEnd(13)} ${sparkline(values)}${ends}  ${note}`;
}

/** One row per policy and mode, in the order they were measured. */
export function evaluationLines(evaluations: TrainingView['evaluations']): readonly string[] {
  if (evaluations.length === 0) return [];
  const head = ['held-out', 'mode', 'F1 (95 %)', 'recall', 'precision', 'calls', 'perfect', 'tasks'];
  const rows = evaluations.map(({ label, mode, repeats, measures }) => [
    label,
    mode === 'sampled' ? `sampled x${repeats}` : mode,
    `${number(measures.f1.mean)} [${number(measures.f1.low)}, ${number(measures.f1.high)}]`,
    number(measures.recall.mean),
    number(measures.precision.mean),
    number(measures.calls.mean),
    `${Math.round(100 * measures.perfect.mean)} %`,
    String(measures.tasks),
  ]);
  return table([head, ...rows]);
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function number(value: number | undefined): string {
  return value === undefined ? '?' : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}
