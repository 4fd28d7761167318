/** The section of the learning proof in RESULTS.md. */
import { fixed } from '../support/markdown.ts';
import { irrelevantTools, type Verdict, verdicts } from './promises.ts';
import { ablationTable, goldAnswers, policyTable, seedTable } from './report.ts';
import type { Exam } from './scores.ts';
import type { TaskFile } from './tasks.ts';

export interface Proof {
  readonly tasks: TaskFile;
  readonly exams: readonly Exam[];
  /** All that were wanted. */
  readonly seeds: readonly number[];
  /** What went otherwise than planned. */
  readonly notes: readonly string[];
}

/** The text, and whether every promise holds. */
export function sectionOf({ tasks, exams, seeds, notes }: Proof): { readonly text: string; readonly held: boolean } {
  const judged = verdicts(exams, seeds);
  const lines = [
    ...groundLines(tasks, exams, seeds),
    '',
    policyTable(exams, 'sampled'),
    '',
    policyTable(exams, 'greedy'),
    '',
    seedTable(exams),
    '',
    ablationTable(exams),
    '',
    ...judged.map(verdictLine),
    `- ${irrelevantTools(exams)}`,
    ...notes.map((note) => `- ${note}`),
  ];
  return { text: lines.join('\n'), held: judged.length > 0 && judged.every(({ held }) => held) };
}

function groundLines(tasks: TaskFile, exams: readonly Exam[], seeds: readonly number[]): string[] {
  const { training, candidates, knownTemplates } = tasks;
  return [
    `\`configs/training.yaml\` with the seeds ${seeds.join(', ')}, which were never used before, on environments of its own:`,
    `\`configs/learning.yaml\` with another seed made ${training} to train on and ${candidates + knownTemplates} of the other world (SHA-256 of what is used ${tasks.sha256.slice(0, 12)}…).`,
    `${knownTemplates} of these have a template of the bundled set, which the configuration was chosen on, and are left out;`,
    `measured are the ${exams[0]?.tasks.size ?? 0} that share no template and no name with training, ${fixed(goldAnswers(exams))} gold answers each (n).`,
    'Each RL starts from the weights after SFT of its seed. Intervals are 95 %: of one seed over tasks, of several over tasks',
    'whose values are averaged over the seeds; "over seeds" is half of Student\'s interval over the means of the seeds.',
  ];
}

const verdictLine = ({ promise, held, detail }: Verdict): string =>
  `- ${held ? 'yes' : '**no**'}: ${promise} (${detail})`;
