/** The embedded stack as commands use it: started when a command needs it, never when the environment names all parts. */
import { startStack, stopStack } from '../../infra/stack.ts';
import { migrate } from '../activities/store/migrate.ts';
import { childEnvironment } from '../config/load.ts';
import type { ProcessConfig } from '../config/process-config.ts';
import type { StackFile } from '../config/stack-file.ts';
import type { TrainerNeed } from '../domain/run/trainer-need.ts';
import type { CommandContext } from './command-context.ts';
import { UnreachableError } from './exit-codes.ts';

export interface UpOptions {
  readonly roles?: readonly string[];
  readonly trainer?: TrainerNeed;
}

/** Starts what does not run yet and says what came up; throws UnreachableError when a part does not come up. */
export async function up({ output, settings }: CommandContext, { roles, trainer }: UpOptions = {}): Promise<StackFile> {
  const { home } = settings();
  try {
    return await startStack({
      home,
      env: childEnvironment({}),
      migrate: async (url) => void (await migrate(url)),
      note: output.note,
      ...(roles === undefined ? {} : { roles }),
      ...(trainer === undefined ? {} : { trainer }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnreachableError(`the stack did not come up: ${reason}. Logs: ${home}/logs. See: astra doctor`, {
      cause,
    });
  }
}

/** Stops every process of the stack; undefined when there was none. */
export function down({ settings }: CommandContext): Promise<StackFile | undefined> {
  return stopStack(settings().home);
}

/** The addresses to work with, after starting the stack where the environment leaves a part of it open. */
export async function ensureStack(context: CommandContext, trainer: TrainerNeed = 'none'): Promise<ProcessConfig> {
  const { outside } = context.settings();
  // With all parts outside, workers are the operator's too: see `astra worker`.
  if (!(outside.temporal && outside.postgres && outside.teacher)) await up(context, { trainer });
  return context.settings();
}

/** What people may know of the stack: addresses and processes, without our own bookkeeping. */
export function stackDocument({ processes: _ours, ...state }: StackFile, settings: ProcessConfig): object {
  return { ...state, ...(settings.trainerUrl === undefined ? {} : { trainer: { url: settings.trainerUrl } }) };
}

/** Page of a run in Temporal's UI, when the stack has one. */
export function temporalPage(settings: ProcessConfig, run: string): string | undefined {
  const ui = settings.outside.temporal ? undefined : settings.stack?.temporal?.ui;
  if (ui === undefined || settings.temporal === undefined) return undefined;
  return `${ui.replace(/\/$/, '')}/namespaces/${settings.temporal.namespace}/workflows/${encodeURIComponent(`astra/${run}`)}`;
}
