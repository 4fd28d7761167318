import { Command } from 'commander';
import { type DoctorCheck, environmentChecks } from '../../../infra/doctor-checks.ts';
import { examine } from '../../activities/sandbox/doctor.ts';
import { childEnvironment } from '../../config/load.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Paint } from '../output.ts';

/** `astra doctor` */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('check this machine and the stack; each finding comes with its fix')
    .action(handle(terminal, doctor));
}

/** Exit code 1 when something is missing that nothing works without. */
async function doctor(context: CommandContext): Promise<ExitCode> {
  const { home, sandboxPython } = context.settings();
  const checks = [...(await environmentChecks({ home, env: childEnvironment({}) })), await sandboxCheck(sandboxPython)];
  const ok = checks.every((check) => check.ok);
  const lines = checks.flatMap((check) => checkLines(check, context.output.paint));
  context.output.result({ ok, checks }, [...lines, ok ? 'astra can run here' : 'astra cannot run here yet'].join('\n'));
  return ok ? exitCodes.done : exitCodes.notRight;
}

async function sandboxCheck(python: string | undefined): Promise<DoctorCheck> {
  const { level, reasons, fixes } = await examine(python === undefined ? {} : { python });
  const fix = fixes.length === 0 ? {} : { fix: fixes.join('; ') };
  const detail = [...(level === undefined ? [] : [`level ${level}`]), ...reasons].join('; ');
  return { name: 'sandbox', ok: level !== undefined, detail, ...fix };
}

/** A fix of something that works is what would make it better. */
function checkLines({ name, ok, detail, fix }: DoctorCheck, paint: Paint): readonly string[] {
  const mark = ok ? paint('green', 'ok  ') : paint('red', 'fail');
  const advice = fix === undefined ? [] : [`      ${ok ? 'better' : 'fix'}: ${fix}`];
  return [`${mark}  ${name.padEnd(13)} ${detail}`, ...advice];
}
