/** What a crash may cost of training: time, and nothing else. */
import { allOf, differing, type Kept, kept } from './kept.ts';
import type { Evidence } from './promises.ts';
import type { Named, Training } from './training.ts';

/** Promises for a configuration that trains; all are broken when nothing was trained. */
export function ofTheTraining({ undisturbed, disturbed, steps }: Evidence): readonly Kept[] {
  const [calm, struck] = [undisturbed.training, disturbed.training];
  if (calm === undefined || struck === undefined)
    return [kept('both runs train', false, [calm, struck].map((one) => (one === undefined ? 'no' : 'yes')).join(', '))];
  const same = (promise: string, pick: (training: Training) => Named): Kept =>
    allOf(promise, Object.keys(pick(calm)).length, differing(pick(calm), pick(struck)));
  return [
    kept('the last weights are the same', calm.last === struck.last, `${calm.last}${sameAs(calm, struck)}`),
    same('every checkpoint has the same hash', ({ checkpoints }) => checkpoints),
    allOf('undisturbed: every step once', steps, faultsOfSteps(calm, steps)),
    allOf('disturbed: every step once', steps, faultsOfSteps(struck, steps)),
    allOf('undisturbed: one SFT job per key', calm.jobs.length, faultsOfJobs(calm)),
    allOf('disturbed: one SFT job per key', struck.jobs.length, faultsOfJobs(struck)),
    same('steps have the same batches and measures', ({ stepRows }) => stepRows),
    same('groups have the same rollouts and rewards', ({ groups }) => groups),
    same('SFT has the same curve', ({ jobs, curves }) => ({ ...curves, ...lossByKey(jobs) })),
    same('policies are measured alike', ({ evaluations }) => evaluations),
    same('the trainer has the same files, and none half written', ({ files }) => files),
  ];
}

const sameAs = ({ last: one }: Training, { last: other }: Training): string => (one === other ? '' : ` and ${other}`);

const lossByKey = (jobs: Training['jobs']): Named => Object.fromEntries(jobs.map(({ key, metrics }) => [key, metrics]));

/** Steps that are missing, there twice, or made from other weights than those before them; in the store and at the trainer. */
function faultsOfSteps({ steps, checkpoints, made }: Training, wanted: number): readonly string[] {
  const numbers = Array.from({ length: wanted }, (_, at) => at + 1);
  const stored = steps.map(({ step }) => step);
  const broken = steps.filter(({ parent }, at) => {
    const before = steps[at - 1];
    return before === undefined ? !isStart(checkpoints, parent) : before.manifest !== parent;
  });
  const runs = Object.entries(made);
  return [
    ...(sameNumbers(stored, numbers) ? [] : [`the store has the steps ${stored.join(' ')} of ${wanted}`]),
    ...broken.map(({ step }) => `step ${step} is not made from the one before`),
    ...(runs.length === (wanted > 0 ? 1 : 0) ? [] : [`the trainer has ${runs.length} runs`]),
    ...runs
      .filter(([, there]) => !sameNumbers(there, numbers))
      .map(([run, there]) => `the trainer has the steps ${there.join(' ')} of ${run}`),
  ];
}

const sameNumbers = (one: readonly number[], other: readonly number[]): boolean => one.join() === other.join();

/** The result of SFT, else the base: what reinforcement begins with. */
function isStart(checkpoints: Named, manifest: string): boolean {
  return (checkpoints['sft'] ?? checkpoints['base'] ?? '').includes(`"manifest":"${manifest}"`);
}

function faultsOfJobs({ jobs, curves }: Training): readonly string[] {
  const atTrainer = Object.keys(curves).map((file) => file.split('/')[1] ?? file);
  const stored = new Set(jobs.map(({ job }) => job));
  return [
    ...atTrainer.filter((job) => !stored.has(job)).map((job) => `${job} is in no store`),
    ...[...stored].filter((job) => !atTrainer.includes(job)).map((job) => `the trainer does not have ${job}`),
    ...(stored.size === jobs.length ? [] : ['two keys have one job']),
  ];
}
