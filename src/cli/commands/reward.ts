import { Command } from 'commander';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { counted } from '../numbers.ts';
import { createExecutor } from '../reward/execute-calls.ts';
import { createEpisodeExecutor } from '../reward/execute-episode.ts';
import { type RewardRow, rewardRows } from '../reward/reward-rows.ts';
import { readRows } from '../rows.ts';
import { withSandbox } from '../sandbox.ts';

interface RewardOptions {
  readonly environments: string;
  readonly trajectories: string;
  readonly skipInvalid?: boolean;
}

/** `astra reward --environments FILE --trajectories FILE` */
export function rewardCommand(terminal: Terminal): Command {
  return new Command('reward')
    .description('the reward of trajectories with its parts: every call made again in the sandbox; no model')
    .requiredOption('--environments <file>', 'JSON or JSONL, plain or gzip: our rows, ASTRA rows, candidates')
    .requiredOption('--trajectories <file>', 'JSON or JSONL, plain or gzip: {id, environment, messages}')
    .option('--skip-invalid', 'leave out and count lines that are not JSON')
    .action(handle(terminal, reward));
}

/** Exit code 1 when a row has no reward, or when a conversation says of a call what the call does not give. */
async function reward(
  { output, settings }: CommandContext,
  { environments, trajectories, skipInvalid = false }: RewardOptions,
): Promise<ExitCode> {
  const [given, made] = [await readRows(environments, skipInvalid), await readRows(trajectories, skipInvalid)];
  const rows = await withSandbox(settings(), (sandbox) =>
    rewardRows(
      { environments: given.rows, trajectories: made.rows },
      {
        calls: createExecutor(sandbox),
        episode: createEpisodeExecutor(sandbox),
      },
    ),
  );
  const skipped = { environments: given.skipped, trajectories: made.skipped };
  const findings = rows.flatMap(({ id, perCall }) =>
    perCall.flatMap(({ id: call, difference }) => (difference === null ? [] : [{ id, call, difference }])),
  );
  output.result({ rows, findings, skipped }, rewardText(rows));
  const isComplete = rows.every((row) => row.outcome === 'ok') && findings.length === 0;
  return isComplete ? exitCodes.done : exitCodes.notRight;
}

function rewardText(rows: readonly RewardRow[]): string {
  const lines = rows.flatMap((row) => [
    row.reward === null
      ? `none   ${row.id}  ${row.outcome}: ${row.detail}`
      : `${row.reward.toFixed(3).padEnd(6)} ${row.id}  ${row.solved} of ${row.n} answers by ${counted(row.calls ?? 0, 'call')}, recall ${row.recall?.toFixed(3)}, precision ${row.precision?.toFixed(3)}`,
    ...row.perCall.flatMap(({ id, name, difference }) =>
      difference === null ? [] : [`       ${name} ${id}: ${difference}`],
    ),
  ]);
  const scored = rows.filter(({ reward: value }) => value !== null).length;
  return [...lines, `${scored} of ${rows.length} have a reward`].join('\n');
}
