import { join } from 'node:path';
import { Command } from 'commander';
import { type ExportedFile, exportRun } from '../../activities/store/export.ts';
import { type StageTimes, stageTimes } from '../../activities/store/stage-times.ts';
import { loadRunConfig } from '../../config/load.ts';
import type { ProcessConfig } from '../../config/process-config.ts';
import { trainerNeed } from '../../domain/run/trainer-need.ts';
import type { Replay } from '../audit/replay-environments.ts';
import { replayRun } from '../audit/replay-run.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Followed } from '../follow.ts';
import { duration } from '../numbers.ts';
import { followPursuit } from '../pursue-run.ts';
import { refuseChangedConfig } from '../run-configuration.ts';
import { defaultRunId } from '../run-id.ts';
import type { RunReport } from '../run-report.ts';
import { withSandbox } from '../sandbox.ts';
import { temporalPage, up } from '../stack.ts';
import { trainingLines } from '../training-view.ts';
import { trajectoryLines } from '../trajectory-lines.ts';
import { usualFormats } from '../usual-formats.ts';

/** `astra demo` */
export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .description('everything once: stack, the bundled run, files, replay, and where to look')
    .action(handle(terminal, demo));
}

/** Exit code 1 when the run failed, made no environment, or one of them does not replay. */
async function demo(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const startedAt = performance.now();
  const file = context.configFile(undefined, 'configs/demo.yaml');
  const config = loadRunConfig(file);
  const run = defaultRunId(file, config);
  await up(context, { trainer: trainerNeed(config) });
  const settings = context.settings();
  await withDatabase(settings, (pool) => refuseChangedConfig(pool, run, config));
  const seen = await followPursuit(context, { run, config, detach: false, again: false });
  if (seen === undefined || seen === 'detached') {
    output.note(`\ndetached; ${run} goes on. Attach again: astra status ${run} --watch`);
    return exitCodes.interrupted;
  }
  const harvest = await reap(settings, run);
  const result = {
    seen,
    ...harvest,
    page: temporalPage(settings, run),
    seconds: (performance.now() - startedAt) / 1000,
  };
  output.result(document(run, result), text(run, result));
  const good =
    seen.progress.status === 'completed' && harvest.replay.replayed > 0 && harvest.replay.findings.length === 0;
  return good ? exitCodes.done : exitCodes.notRight;
}

interface Harvest {
  readonly exports: readonly ExportedFile[];
  readonly times: StageTimes;
  readonly replay: Replay;
}

interface DemoResult extends Harvest {
  readonly seen: Followed<RunReport>;
  readonly page: string | undefined;
  readonly seconds: number;
}

function reap(settings: ProcessConfig, run: string): Promise<Harvest> {
  return withDatabase(settings, async (pool) => {
    const formats = await usualFormats(pool, run);
    const standIn = settings.teacher.kind === 'offline';
    const exports = await exportRun(pool, run, { to: join(settings.home, 'exports', run), formats, standIn });
    const replay = await withSandbox(settings, (sandbox) => replayRun(pool, run, sandbox));
    return { exports, times: await stageTimes(pool, run), replay };
  });
}

/** Stages that the run does not have are null, never zero. */
function document(run: string, { seen, exports, times, replay, page, seconds }: DemoResult): object {
  const { status, stages, spend, counts, teacher, trajectories, training } = seen.report;
  const environments = { stages, counts, seconds: times, replayed: replay.replayed, failed: replay.findings };
  return {
    run,
    status,
    stages: { environments, trajectories: trajectories ?? null, ...trainingStages(training ?? null) },
    spend,
    teacher,
    exports,
    temporalUi: page ?? null,
    seconds: Math.round(seconds * 10) / 10,
  };
}

function trainingStages(training: RunReport['training'] | null): object {
  if (training === null || training === undefined) return { sft: null, rl: null, evaluation: null };
  const { sft, steps, rollouts, checkpoints, evaluations } = training;
  return {
    sft,
    rl: steps.length === 0 ? null : { steps: steps.length, rollouts, checkpoint: checkpoints.at(-1) ?? null },
    evaluation: evaluations.length === 0 ? null : evaluations,
  };
}

function text(run: string, { seen, exports, times, replay, page, seconds }: DemoResult): string {
  const { report, progress } = seen;
  const took = (value: number | null): string => (value === null ? '' : `  ${duration(value)}`);
  return [
    '',
    `${run} ${progress.status} (${duration(seconds)} for all)`,
    ...report.stages.map(({ name, ok, rejected, failed }) => {
      const time = name === 'scores' ? '' : took(times[name]);
      return `  ${name.padEnd(14)} ${ok} ok, ${rejected} rejected, ${failed} failed${time}`;
    }),
    `  ${'replay'.padEnd(14)} ${replay.replayed} environments, ${replay.calls} gold calls, each twice: ${replay.findings.length === 0 ? 'all as stored' : `${replay.findings.length} wrong`}`,
    ...replay.findings.map(({ id, detail }) => `    ${id}: ${detail}`),
    ...(report.trajectories ? trajectoryLines(report.trajectories).map((line) => `  ${line}`) : []),
    ...(report.training ? trainingLines(report.training).map((line) => `  ${line}`) : []),
    ...(progress.offlineTeacher ? [`  ${report.teacher}: the texts are templates, the machinery is real`] : []),
    '',
    ...exports.map(({ path, rows }) => `${path}  ${rows}`),
    ...(page === undefined ? [] : [`history   ${page}`]),
    `prove it  astra audit ${run}`,
    'stop      astra down',
  ].join('\n');
}
