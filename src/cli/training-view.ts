/** Training on the screen: pure, from what the store says to curves and a table of policies. */
import type { TrainingView } from '../activities/store/training-view.ts';
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

/** A line per curve, then the held-out table. */
export function trainingLines({ sft, steps, rollouts, evaluations }: TrainingView): readonly string[] {
  const loss = sft?.loss.map((one) => one.loss) ?? [];
  const last = steps.at(-1);
  return [
    ...(sft === null ? [] : [curve('SFT loss', loss, `${sft.loss.at(-1)?.step ?? 0} steps`)]),
    ...(last === undefined ? [] : stepLines(steps)),
    ...(rollouts.groups === 0
      ? []
      : [
          `rollouts      ${rollouts.groups} groups, ${short(rollouts.tokens)} tokens sampled in ${short(rollouts.seconds)} s, ${rollouts.lost} lost`,
        ]),
    ...evaluationLines(evaluations),
  ];
}

function stepLines(steps: TrainingView['steps']): readonly string[] {
  const last = steps.at(-1);
  const of = (name: string): number[] => steps.map(({ metrics }) => metrics[name] ?? 0);
  const tried = steps.reduce((sum, step) => sum + step.tried, 0);
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
  return [
    curve('reward', of('reward_mean'), `step ${last?.step ?? 0}, epoch ${last?.epoch ?? 0}`),
    curve('calls', of('calls'), `recall ${number(of('recall').at(-1))}, precision ${number(of('precision').at(-1))}`),
    curve('gradient', of('grad_norm'), `KL ${number(of('kl').at(-1))}, entropy ${number(of('entropy').at(-1))}`),
    ...logprobLine(steps),
    `steps         ${steps.length} made of ${tried} groups, ${last?.carried ?? 0} carried on, ${sum(steps, 'stale')} too old, ${sum(steps, 'lost')} rollouts lost, ${seconds.toFixed(1)} s in the trainer`,
  ];
}

/** The largest difference of all steps, and which steps are marked; nothing where the trainer does not tell. */
function logprobLine(steps: TrainingView['steps']): readonly string[] {
  const seen = steps.flatMap(({ metrics }) => metrics['logprob_diff_max'] ?? []);
  if (seen.length === 0) return [];
  const over = steps.filter(({ metrics }) => metrics['logprob_diff_over'] === 1).map(({ step }) => step);
  const warning = over.length === 0 ? '' : `; WARNING: above the limit in step ${over.join(', ')}`;
  return [`log-probs     sampled and recomputed differ by at most ${Math.max(...seen).toExponential(1)}${warning}`];
}

function sum(steps: TrainingView['steps'], name: 'stale' | 'lost'): number {
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
  const widths = head.map((text, at) => Math.max(text.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function number(value: number | undefined): string {
  return value === undefined ? '?' : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}
