/** What the drill reads of the trainer's own folder: it is there whoever of the stack is away. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../src/domain/ids.ts';

const Job = z.object({ steps_done: z.number() });
const Event = z.object({ type: z.string(), data: z.looseObject({ tokens_per_second: z.unknown() }).nullable() });

/** Steps of SFT that its jobs have made so far. */
export function sftStepsDone(folder: string): number {
  const jobs = globSync('jobs/*/job.json', { cwd: folder });
  return jobs.reduce(
    (sum, file) => sum + Job.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).steps_done,
    0,
  );
}

/** SHA-256 of every file of every checkpoint but the one of its times, and of everything that was only half written. */
export function checkpointFiles(folder: string): Readonly<Record<string, string>> {
  const complete = globSync('**/MANIFEST.json', { cwd: folder }).flatMap((manifest) =>
    filesOf(folder, dirname(manifest)),
  );
  const leftOver = globSync('**/.tmp-*', { cwd: folder }).map((path) => [path, 'left over'] as const);
  return Object.fromEntries([...complete.filter(([path]) => !path.endsWith('/metrics.json')), ...leftOver]);
}

function filesOf(folder: string, checkpoint: string): readonly (readonly [string, string])[] {
  return readdirSync(join(folder, checkpoint)).map((name) => {
    const path = join(folder, checkpoint, name);
    return [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')];
  });
}

/** Numbers of the committed steps of each run, rising. */
export function stepsMade(folder: string): Readonly<Record<string, readonly number[]>> {
  const runs: Record<string, number[]> = {};
  for (const path of globSync('runs/*/step-*/MANIFEST.json', { cwd: folder })) {
    const [, run = '', step = ''] = path.split('/');
    (runs[run] ??= []).push(Number(step.slice('step-'.length)));
  }
  return Object.fromEntries(Object.entries(runs).map(([run, steps]) => [run, steps.toSorted((a, b) => a - b)]));
}

/** The lines of measures of each job, without its speed. */
export function jobCurves(folder: string): Readonly<Record<string, string>> {
  const files = globSync('jobs/*/events.jsonl', { cwd: folder });
  return Object.fromEntries(files.map((file) => [file, curveOf(join(folder, file))]));
}

function curveOf(file: string): string {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const measures = lines.flatMap((line) => {
    const { data } = Event.parse(JSON.parse(line));
    if (data === null) return [];
    const { tokens_per_second: _speed, ...measure } = data;
    return [canonicalJson(z.record(z.string(), z.number()).parse(measure))];
  });
  return measures.join('\n');
}
