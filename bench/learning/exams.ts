/** What the evaluations of a store say of a seed, task by task. */
import type { Pool } from 'pg';
import { createBodyReader } from '../../src/activities/store/blobs.ts';
import { evaluationsOf } from '../../src/activities/store/evaluations.ts';
import type { ScoredTask } from '../../src/domain/rl/evaluation.ts';
import type { Score } from '../../src/domain/rl/schema.ts';
import { mean } from '../../src/domain/statistics.ts';
import type { Exam, Measure, Policy } from './scores.ts';
import { ablationNames, ablationRun, mainRun } from './variants.ts';

/** Every policy of a seed that was measured. */
export async function examsOfSeed(pool: Pool, seed: number): Promise<Exam[]> {
  const mains: Readonly<Record<string, Policy>> = { base: 'base', sft: 'sft', rl: 'f1' };
  const main = await examsOf(pool, mainRun(seed));
  const own = main.flatMap(({ label, ...exam }) => {
    const policy = mains[label];
    return policy === undefined ? [] : [{ ...exam, seed, policy }];
  });
  const ablated = await Promise.all(
    ablationNames.map(async (policy) =>
      (await examsOf(pool, ablationRun(seed, policy)))
        .filter(({ label }) => label === 'rl')
        .map(({ label: _label, ...exam }) => ({ ...exam, seed, policy })),
    ),
  );
  return [...own, ...ablated.flat()];
}

/** The evaluations of a run, by the label they were stored under. */
async function examsOf(
  pool: Pool,
  run: string,
): Promise<readonly (Pick<Exam, 'mode' | 'tasks'> & { label: string })[]> {
  const loadBody = createBodyReader(pool);
  const records = await evaluationsOf(pool, run);
  return Promise.all(
    records.map(async ({ label, mode, body }) => ({
      label,
      mode,
      // Stored by the evaluation, which writes nothing else.
      tasks: taskMeans((await loadBody(body)) as unknown as readonly ScoredTask[]),
    })),
  );
}

function taskMeans(scored: readonly ScoredTask[]): Exam['tasks'] {
  const of = (scores: readonly Score[], measure: Measure): number => mean(scores.map((score) => score[measure])) ?? 0;
  return new Map(
    scored
      .filter(({ scores }) => scores.length > 0)
      .map(({ task, scores }) => [
        task,
        {
          f1: of(scores, 'f1'),
          recall: of(scores, 'recall'),
          precision: of(scores, 'precision'),
          calls: of(scores, 'calls'),
          n: of(scores, 'n'),
        },
      ]),
  );
}
