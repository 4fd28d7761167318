import { Command } from 'commander';
import type { Correction } from '../../workflows/messages.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { control, statusOf } from '../control.ts';
import { type ExitCode, InputError } from '../exit-codes.ts';

interface ResumeOptions {
  readonly note?: string;
  readonly maxCost?: string;
  readonly maxTokens?: string;
}

/** `astra resume RUN`: goes on after a pause, and after a correction of what the run was parked for. */
export function resumeCommand(terminal: Terminal): Command {
  return new Command('resume')
    .argument('<run>', 'run id')
    .option('--note <text>', 'what was mended, when the run waits for a correction')
    .option('--max-cost <amount>', 'new cap on money, when the run waits for budget')
    .option('--max-tokens <count>', 'new cap on tokens, when the run waits for budget')
    .description('go on after a pause, or after the cause of a parked run was mended')
    .action(handle(terminal, resume));
}

function resume(context: CommandContext, options: ResumeOptions, [run = '']: readonly string[]): Promise<ExitCode> {
  const correction = toCorrection(options);
  const message = { run, done: 'goes on', next: `astra status ${run} --watch` };
  return control(context, message, async (handle) => {
    await handle.signal('resume');
    if (correction !== undefined || (await statusOf(handle))?.waitingFor === 'correction')
      await handle.executeUpdate('correct', { args: [correction ?? { note: 'resumed' }] });
  });
}

function toCorrection({ note, maxCost, maxTokens }: ResumeOptions): Correction | undefined {
  if (note === undefined && maxCost === undefined && maxTokens === undefined) return undefined;
  const budget = {
    ...(maxCost === undefined ? {} : { maxCost: positive(maxCost, '--max-cost') }),
    ...(maxTokens === undefined ? {} : { maxTokens: Math.floor(positive(maxTokens, '--max-tokens')) }),
  };
  return { note: note ?? 'new budget', ...(Object.keys(budget).length === 0 ? {} : { budget }) };
}

function positive(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new InputError(`${option}: got ${text}; expected a number greater than 0. Correct it.`);
  return value;
}
