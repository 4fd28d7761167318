import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadRunConfig, withEnvironment } from '../../config/load.ts';
import { hashText } from '../../domain/ids.ts';
import { RunConfig } from '../../domain/run/schema.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { type JudgedRow, judgedRows } from '../judge/judged-rows.ts';
import { judgeTrajectories } from '../judge/trajectories.ts';
import { followPursuit } from '../pursue-run.ts';
import { readRows } from '../rows.ts';
import { configHash, runId } from '../run-id.ts';
import { ensureStack } from '../stack.ts';

/** `astra judge decompositions FILE` */
export function judgeCommand(terminal: Terminal): Command {
  const command = new Command('judge').description('verdicts of the judges on rows from anywhere, as one run');
  command
    .command('decompositions')
    .argument('<file>', 'JSON or JSONL, plain or gzip')
    .option('--skip-invalid', 'leave out and count lines that are not JSON')
    .description('tool necessity and the four checks; a missing verdict stays missing')
    .action(handle(terminal, decompositions));
  command
    .command('trajectories')
    .argument('<file>', 'JSON or JSONL, plain or gzip: {id?, tools?, messages}')
    .option('--skip-invalid', 'leave out and count lines that are not JSON')
    .option('--repeats <number>', 'judges asked about each conversation: 2 says how far they agree', '1')
    .description('seven dimensions of each conversation; a missing verdict stays missing')
    .action(handle(terminal, judgeTrajectories));
  return command;
}

/** Exit code 1 when the run failed, or when a row has no overall score. */
async function decompositions(
  context: CommandContext,
  { skipInvalid = false }: { readonly skipInvalid?: boolean },
  [argument = '']: readonly string[],
): Promise<ExitCode> {
  const file = resolve(argument);
  await readRows(file, skipInvalid);
  const config = judgingConfig(context, file, skipInvalid);
  // The same rows under the same settings are the same run: repeating the command costs nothing.
  const content = hashText(readFileSync(file).toString('base64'));
  const run = runId(`judge-${configHash(config).slice(0, 8)}-${content.slice(0, 8)}`);
  const settings = await ensureStack(context);
  const seen = await followPursuit(context, { run, config, detach: false, again: false });
  if (seen === undefined || seen === 'detached') return exitCodes.interrupted;
  const rows = await withDatabase(settings, (pool) => judgedRows(pool, run));
  const { status } = seen.progress;
  context.output.result({ run, status, teacher: seen.report.teacher, rows }, judgementText(rows));
  const complete = status === 'completed' && rows.every(({ overall }) => overall !== null);
  return complete ? exitCodes.done : exitCodes.notRight;
}

/** Models and limits come from --config; the rows replace its sources. */
function judgingConfig({ options }: CommandContext, file: string, skipInvalid: boolean): RunConfig {
  const base = options.config === undefined ? withEnvironment(RunConfig.parse({})) : loadRunConfig(options.config);
  const source = { mode: 'decomposition', file, hops: { min: 1, max: 20 }, skipInvalid };
  // Nothing is selected away: every row is asked about.
  const environments = { sources: [source], stopAfter: 'scores', selection: { percentile: 0 } };
  return RunConfig.parse({ ...base, gates: [], environments });
}

function judgementText(rows: readonly JudgedRow[]): string {
  const lines = rows.map(({ id, overall, outcome, detail, dimensions }) => {
    const parts = Object.entries(dimensions).map(
      ([name, verdict]) => `${name} ${verdict.kind === 'score' ? verdict.value.toFixed(2) : verdict.kind}`,
    );
    return `${(overall?.toFixed(3) ?? 'none').padEnd(6)} ${id}  ${parts.join(', ') || `${outcome} ${detail}`}`;
  });
  return lines.join('\n');
}
