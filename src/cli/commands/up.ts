import { Command } from 'commander';
import type { StackFile } from '../../config/stack-file.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { offlineLabel } from '../progress-view.ts';
import { stackDocument, up } from '../stack.ts';

/** `astra up` */
export function upCommand(terminal: Terminal): Command {
  return new Command('up')
    .option('--roles <list>', 'worker processes to run, by role (default: one process with all)')
    .option('--trainer', 'also the trainer; a run with training starts it by itself')
    .description('start the stack in the background: Postgres, Temporal, teacher, workers; safe to repeat')
    .action(handle(terminal, start));
}

async function start(
  context: CommandContext,
  options: { readonly roles?: string; readonly trainer?: boolean },
): Promise<ExitCode> {
  const state = await up(context, {
    ...(options.roles === undefined ? {} : { roles: options.roles.split(',') }),
    trainer: options.trainer === true ? 'nano' : 'none',
  });
  const settings = context.settings();
  const lines = [
    'the stack is up',
    ...stackLines(state),
    `files     ${settings.home}/stack.json, ${settings.home}/logs`,
  ];
  context.output.result(stackDocument(state, settings), [...lines, 'next      astra run configs/demo.yaml'].join('\n'));
  return exitCodes.done;
}

function stackLines({ temporal, postgres, teacher, trainer, workers, processes }: StackFile): readonly string[] {
  const label = teacher?.kind === 'offline' ? `  ${offlineLabel}` : '';
  return [
    ...(temporal === undefined ? [] : [`Temporal  ${temporal.address}  page ${pageOf(temporal)}`]),
    `Postgres  ${postgres?.dataFolder ?? 'as DATABASE_URL says'}`,
    ...(teacher === undefined ? [] : [`teacher   ${teacher.baseUrl}${label}`]),
    ...(trainer === undefined || processes['trainer'] === undefined ? [] : [`trainer   ${trainer.url}`]),
    ...workers.map(({ role, pid }) => `worker    ${role} (process ${pid})`),
  ];
}

const pageOf = ({ ui, namespace }: NonNullable<StackFile['temporal']>): string =>
  ui === undefined ? `none, namespace ${namespace}` : `${ui}/namespaces/${namespace}/workflows`;
