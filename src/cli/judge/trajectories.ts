/** `astra judge trajectories FILE`: rules first, then one batch of judge calls per conversation, through Temporal. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Pool } from 'pg';
import { loadBodies, saveBodies, textBody } from '../../activities/store/blobs.ts';
import { openRun, setPhase } from '../../activities/store/runs.ts';
import { loadRunConfig, withEnvironment } from '../../config/load.ts';
import type { ProcessConfig } from '../../config/process-config.ts';
import { hashText, type RunId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { type JudgeAnswers, replyHashes } from '../../domain/judgement/answers.ts';
import { type AgreementByDimension, agreementOf } from '../../domain/judgement/disagreement.ts';
import { RunConfig } from '../../domain/run/schema.ts';
import type { CommandContext } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { offlineLabel } from '../progress-view.ts';
import { readRows } from '../rows.ts';
import { configHash, configJson, runId } from '../run-id.ts';
import { ensureStack } from '../stack.ts';
import { withTemporal } from '../temporal.ts';
import { askJudges } from './ask-judges.ts';
import { type Admitted, admitRows, type Refused } from './conversations.ts';
import { type JudgedTrajectoryRow, judgedRow, refusedRow, scoreOf } from './scored-conversations.ts';

interface TrajectoryOptions {
  readonly skipInvalid?: boolean;
  readonly repeats: string;
}

/** Exit code 1 when a row has no overall score. */
export async function judgeTrajectories(
  context: CommandContext,
  { skipInvalid = false, repeats: given }: TrajectoryOptions,
  [argument = '']: readonly string[],
): Promise<ExitCode> {
  const file = resolve(argument);
  const repeats = repeatsOf(given);
  const { rows: found, skipped } = await readRows(file, skipInvalid);
  const entries = admitRows(found);
  const config = judgingConfig(context);
  // The same rows under the same settings are the same run: repeating the command costs nothing.
  const content = hashText(readFileSync(file).toString('base64')).slice(0, 8);
  const run = runId(`judge-${configHash(config).slice(0, 8)}-${content}-${repeats}`);
  const { teacher, rows, agreement } = await judged(context, { run, config, entries, repeats });
  const document = { run, teacher, rows, skipped, ...(agreement === null ? {} : { agreement }) };
  context.output.result(document, judgementText(rows, teacher, agreement));
  return rows.every(({ overall }) => overall !== null) ? exitCodes.done : exitCodes.notRight;
}

interface Work {
  readonly run: RunId;
  readonly config: RunConfig;
  readonly entries: readonly (Admitted | Refused)[];
  readonly repeats: number;
}

interface Result {
  /** Null when nobody was asked. */
  readonly teacher: string | null;
  readonly rows: readonly JudgedTrajectoryRow[];
  readonly agreement: AgreementByDimension | null;
}

async function judged(context: CommandContext, work: Work): Promise<Result> {
  const admitted = work.entries.filter((entry) => entry.ok);
  // Nobody is asked, so nothing needs to run.
  if (admitted.length === 0) return { teacher: null, rows: joined(work, new Map()), agreement: null };
  const settings = await ensureStack(context);
  const { output } = context;
  return withTemporal(settings, (client) =>
    withDatabase(settings, async (pool) => {
      await open(pool, work, admitted);
      output.note(`run ${work.run}`);
      const conversations = admitted.map(({ conversation }) => conversation);
      const onPage = (count: number): void => output.note(`${count} of ${admitted.length} judged`);
      const judging = askJudges(client, { runId: work.run, repeats: work.repeats, conversations, onPage });
      const answers = await unlessInterrupted(context, judging);
      await setPhase(pool, { runId: work.run, phase: 'ended', status: 'completed' });
      const bodies = await loadBodies(pool, answers.flat().flatMap(replyHashes));
      return { teacher: teacherOf(settings), ...scored(work, { admitted, answers, bodies }) };
    }),
  );
}

/** Ctrl-C leaves the judges at work: the same command finds them again. */
function unlessInterrupted<T>({ interrupted, output }: CommandContext, work: Promise<T>): Promise<T> {
  const end = new Promise<never>((_, reject) => {
    const leave = (): void => {
      output.note('\ndetached; the judges go on. Attach again: repeat the command.');
      reject(new Error('interrupted'));
    };
    if (interrupted.aborted) leave();
    else interrupted.addEventListener('abort', leave, { once: true });
  });
  return Promise.race([work, end]);
}

/** Who judged, as people are told: verdicts of a stand-in say nothing of the conversations. */
function teacherOf({ teacher }: ProcessConfig): string {
  return teacher.kind === 'offline' ? offlineLabel : teacher.kind;
}

async function open(pool: Pool, { run, config }: Work, admitted: readonly Admitted[]): Promise<void> {
  await openRun(pool, { runId: run, config: configJson(config) });
  await setPhase(pool, { runId: run, phase: 'judgement', status: 'running' });
  await saveBodies(pool, [...new Set(admitted.map(({ text }) => text))].map(textBody));
}

interface Said {
  readonly admitted: readonly Admitted[];
  readonly answers: readonly (readonly JudgeAnswers[])[];
  readonly bodies: ReadonlyMap<string, Json>;
}

function scored(work: Work, { admitted, answers, bodies }: Said): Pick<Result, 'rows' | 'agreement'> {
  const scores = admitted.map((entry, at) => (answers[at] ?? []).map((judge) => scoreOf(entry, judge, bodies)));
  const rowOf = new Map(
    admitted.flatMap((entry, at) => {
      const [score, judge] = [scores[at]?.[0], answers[at]?.[0]];
      return score === undefined || judge === undefined ? [] : [[entry, judgedRow(entry.id, score, judge)] as const];
    }),
  );
  const pairs = scores.flatMap(([first, second]) => (first && second ? [{ first, second }] : []));
  return { rows: joined(work, rowOf), agreement: work.repeats === 2 ? agreementOf(pairs, work.run) : null };
}

function joined({ entries }: Work, rowOf: ReadonlyMap<Admitted, JudgedTrajectoryRow>): JudgedTrajectoryRow[] {
  return entries.flatMap((entry) => (entry.ok ? (rowOf.get(entry) ?? []) : refusedRow(entry)));
}

/** Models and budget come from --config; stages of a run have no part in it. */
function judgingConfig({ options }: CommandContext): RunConfig {
  const base = options.config === undefined ? withEnvironment(RunConfig.parse({})) : loadRunConfig(options.config);
  const { seed, models, budget } = base;
  return RunConfig.parse({ seed, models, budget });
}

function repeatsOf(text: string): number {
  if (text === '1' || text === '2') return Number(text);
  throw new InputError(`--repeats: got ${text}; expected 1 or 2. Correct it.`);
}

function judgementText(
  rows: readonly JudgedTrajectoryRow[],
  teacher: string | null,
  agreement: AgreementByDimension | null,
): string {
  const lines = rows.map(({ id, overall, outcome, detail, coverage, dimensions }) => {
    const parts = Object.entries(dimensions).map(
      ([name, verdict]) => `${name} ${verdict.kind === 'score' ? verdict.value.toFixed(2) : verdict.kind}`,
    );
    const why = outcome === 'ok' ? `${coverage?.scored} of 7: ${parts.join(', ')}` : `${outcome}: ${detail}`;
    return `${(overall?.toFixed(3) ?? 'none').padEnd(6)} ${id}  ${why}`;
  });
  return [...lines, ...agreementLines(agreement), ...(teacher === null ? [] : [`judged by ${teacher}`])].join('\n');
}

function agreementLines(agreement: AgreementByDimension | null): string[] {
  return Object.entries(agreement ?? {}).map(([name, { pairs, agreed, kappa, interval }]) => {
    const range = interval === null ? '' : ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;
    return `agreement ${name}: ${pairs} pairs, ${agreed === null ? 'none' : `${(agreed * 100).toFixed(0)} % equal`}, kappa ${kappa?.toFixed(2) ?? 'none'}${range}`;
  });
}
