/**
 * A policy on BFCL's multi-turn categories, by its own checker: worlds in Python that a policy's calls change (ours;
 * method §11). Its tasks and worlds are for evaluation only: nothing of them is ever a source of ours.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BfclProgram } from './bfcl-program.ts';
import { type CategoryScore, categoryScore, readScore } from './bfcl-scores.ts';

export const bfclCategories = [
  'multi_turn_base',
  'multi_turn_miss_func',
  'multi_turn_miss_param',
  'multi_turn_long_context',
] as const;

export interface BfclPlan {
  readonly categories: readonly string[];
  readonly repeats: number;
  /** Only the first ones of each category; null for all. */
  readonly entries: number | null;
  readonly temperature: number;
  /** Conversations at a time. */
  readonly threads: number;
  /** Keeps entries that an interrupted measurement finished. */
  readonly isContinued: boolean;
}

/** Plays and scores every category as often as asked; results stay below the folder, one subfolder a repeat. */
export async function measureBfcl(
  program: BfclProgram,
  folder: string,
  plan: BfclPlan,
): Promise<readonly CategoryScore[]> {
  if (!plan.isContinued) await rm(folder, { recursive: true, force: true });
  const repeats: ReadonlyMap<string, ReturnType<typeof readScore>>[] = [];
  for (let at = 1; at <= plan.repeats; at++) repeats.push(await playOnce(program, join(folder, `repeat-${at}`), plan));
  return plan.categories.map((category) =>
    categoryScore(
      category,
      repeats.flatMap((scores) => scores.get(category) ?? []),
    ),
  );
}

async function playOnce(
  program: BfclProgram,
  project: string,
  plan: BfclPlan,
): Promise<ReadonlyMap<string, ReturnType<typeof readScore>>> {
  await mkdir(project, { recursive: true });
  const categories = plan.categories.join(',');
  const some = plan.entries === null ? undefined : await chosenEntries(program, project, plan);
  if (some !== undefined)
    await writeFile(join(project, 'test_case_ids_to_generate.json'), `${JSON.stringify(some, null, 2)}\n`);
  const which = some === undefined ? ['--test-category', categories] : ['--run-ids'];
  const how = ['--num-threads', String(plan.threads), '--temperature', String(plan.temperature)];
  await program.run(project, ['generate', '--model', 'astra-FC', ...which, ...how]);
  const partly = some === undefined ? [] : ['--partial-eval'];
  await program.run(project, ['evaluate', '--model', 'astra-FC', '--test-category', categories, ...partly]);
  return readScores(project, plan.categories);
}

async function chosenEntries(
  program: BfclProgram,
  project: string,
  { categories, entries }: BfclPlan,
): Promise<Record<string, string[]>> {
  const chosen: Record<string, string[]> = {};
  for (const category of categories) {
    const ids = (await program.run(project, ['entries', category])).split('\n').filter((id) => id.startsWith(category));
    chosen[category] = ids.slice(0, entries ?? ids.length);
  }
  return chosen;
}

async function readScores(
  project: string,
  categories: readonly string[],
): Promise<ReadonlyMap<string, ReturnType<typeof readScore>>> {
  const files = await readdir(join(project, 'score'), { recursive: true });
  const scores = new Map<string, ReturnType<typeof readScore>>();
  for (const category of categories) {
    const file = files.find((name) => name.endsWith(`_${category}_score.json`));
    if (file === undefined)
      throw new Error(`BFCL wrote no score of ${category} below ${project}: its messages are above`);
    scores.set(category, readScore(await readFile(join(project, 'score', file), 'utf8')));
  }
  return scores;
}
