import { Command } from 'commander';
import { createProofTools } from '../../activities/proof/activities.ts';
import { type VerifyReport, verifyRows } from '../../activities/proof/verify-rows.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { counted } from '../numbers.ts';
import { readRows } from '../rows.ts';
import { withSandbox } from '../sandbox.ts';
import { type DecompositionVerdict, type HopBounds, verifyDecompositions } from '../verify/decompositions.ts';

interface VerifyOptions {
  readonly skipInvalid?: boolean;
}

/** `astra verify environments|decompositions FILE` */
export function verifyCommand(terminal: Terminal): Command {
  const command = new Command('verify').description('hold rows from anywhere against the acceptance rules; no model');
  command
    .command('environments')
    .argument('<file>', 'JSON or JSONL, plain or gzip: our rows, ASTRA rows, candidates')
    .option('--skip-invalid', 'leave out and count lines that are not JSON')
    .description('all rules of accepted tools, run in the sandbox; unique names; replay')
    .action(handle(terminal, environments));
  command
    .command('decompositions')
    .argument('<file>', 'JSON or JSONL, plain or gzip')
    .option('--skip-invalid', 'leave out and count lines that are not JSON')
    .option('--min-hops <number>', 'fewest hops', '1')
    .option('--max-hops <number>', 'most hops', '20')
    .description('ids, graph, hop bounds, typed answers, duplicates')
    .action(handle(terminal, decompositions));
  return command;
}

/** Exit code 1 when a row is rejected. */
async function environments(
  { output, settings }: CommandContext,
  { skipInvalid = false }: VerifyOptions,
  [file = '']: readonly string[],
): Promise<ExitCode> {
  const { rows, skipped } = await readRows(file, skipInvalid);
  const report = await withSandbox(settings(), (sandbox) => verifyRows(createProofTools(sandbox), rows));
  output.result({ ...report, skipped }, environmentText(report));
  return report.rejected === 0 ? exitCodes.done : exitCodes.notRight;
}

function environmentText({ rows, accepted }: VerifyReport): string {
  const lines = rows.flatMap(({ id, accepted: good, rules, tools }) => [
    `${good ? 'ok      ' : 'rejected'}  ${id}  ${counted(tools.length, 'tool')}`,
    ...rules.filter(({ ok }) => !ok).map(({ rule, detail }) => `            ${rule}: ${detail}`),
  ]);
  return [...lines, `${accepted} of ${rows.length} accepted`].join('\n');
}

/** Exit code 1 when a row is rejected. */
async function decompositions(
  { output }: CommandContext,
  options: VerifyOptions & { readonly minHops: string; readonly maxHops: string },
  [file = '']: readonly string[],
): Promise<ExitCode> {
  const hops = { min: hopNumber(options.minHops, '--min-hops'), max: hopNumber(options.maxHops, '--max-hops') };
  const { rows, skipped } = await readRows(file, options.skipInvalid === true);
  const verdicts = verifyDecompositions(rows, hops);
  const rejected = verdicts.filter(({ accepted }) => !accepted);
  const document = { rows: verdicts, accepted: verdicts.length - rejected.length, rejected: rejected.length, skipped };
  output.result(document, decompositionText(verdicts, hops));
  return rejected.length === 0 ? exitCodes.done : exitCodes.notRight;
}

function decompositionText(verdicts: readonly DecompositionVerdict[], { min, max }: HopBounds): string {
  const lines = verdicts.map(({ id, accepted, rule, detail, computed }) =>
    accepted ? `ok        ${id}  ${computed?.scenario}, ${computed?.hops} hops` : `rejected  ${id}  ${rule}: ${detail}`,
  );
  const accepted = verdicts.filter((verdict) => verdict.accepted).length;
  return [...lines, `${accepted} of ${verdicts.length} accepted (${min} to ${max} hops)`].join('\n');
}

function hopNumber(text: string, option: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 20) return value;
  throw new InputError(`${option}: got ${text}; expected a whole number from 1 to 20. Correct it.`);
}
