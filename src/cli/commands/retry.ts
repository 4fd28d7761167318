import { Command } from 'commander';
import type { RunStatus } from '../../activities/store/contract.ts';
import { showRestart } from '../../activities/store/restart.ts';
import { reopenItems, setBudget } from '../../activities/store/retry.ts';
import { loadRunConfig } from '../../activities/store/runs.ts';
import { loadRunView } from '../../activities/store/status.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { counted } from '../numbers.ts';
import { startPipeline } from '../pipeline.ts';
import { configJson, runId } from '../run-id.ts';
import { ensureStack } from '../stack.ts';
import { withTemporal } from '../temporal.ts';

const outcomes = ['failed', 'quarantined', 'rejected'] as const;

/** `astra retry RUN` */
export function retryCommand(terminal: Terminal): Command {
  return new Command('retry')
    .argument('<run>', 'run id')
    .option('--only <outcome>', `only items that are ${outcomes.join(', ')} (default: failed and quarantined)`)
    .option('--rule <name>', 'only items with this rule, class or judge')
    .option('--max-cost <amount>', 'new cap on money, in the currency of the prices')
    .option('--max-tokens <n>', 'new cap on tokens')
    .description('open failed items again after a fix; finished ones are not touched')
    .action(handle(terminal, retry));
}

interface RetryOptions {
  readonly only?: string;
  readonly rule?: string;
  readonly maxCost?: string;
  readonly maxTokens?: string;
}

async function retry(
  context: CommandContext,
  options: RetryOptions,
  [argument = '']: readonly string[],
): Promise<ExitCode> {
  const run = runId(argument);
  const only = outcomes.find((outcome) => outcome === options.only);
  if (options.only !== undefined && only === undefined)
    throw new InputError(`--only: got ${options.only}; expected one of ${outcomes.join(', ')}. Correct it.`);
  const budget = newCaps(options);
  const settings = await ensureStack(context);
  const filter = {
    ...(only === undefined ? {} : { only }),
    ...(options.rule === undefined ? {} : { rule: options.rule }),
  };
  const result = await withTemporal(settings, (client) =>
    withDatabase(settings, async (pool) => {
      const config = configJson(await loadRunConfig(pool, run));
      await setBudget(pool, run, budget);
      const reopened = await reopenItems(pool, run, filter);
      const { counts, status } = await loadRunView(pool, run);
      const waiting = Object.values(counts).reduce((sum, { open = 0 }) => sum + open, 0);
      // An execution that is still open is left alone by this.
      const start = () => startPipeline(client, { run, config, again: true });
      const startedAgain = waiting > 0 && (await showRestart(pool, run, start)) === 'started';
      return { reopened, waiting, status: startedAgain && isOver(status) ? 'running' : status };
    }),
  );
  const next =
    result.status === 'awaiting_correction' ? `astra resume ${run} --note TEXT` : `astra status ${run} --watch`;
  const text = `${counted(result.reopened, 'item')} of ${run} opened again\nnext      ${next}`;
  context.output.result({ run, ...result }, text);
  return exitCodes.done;
}

function newCaps({ maxCost, maxTokens }: RetryOptions): { maxCost?: number; maxTokens?: number } {
  return {
    ...(maxCost === undefined ? {} : { maxCost: positive('--max-cost', maxCost) }),
    ...(maxTokens === undefined ? {} : { maxTokens: Math.floor(positive('--max-tokens', maxTokens)) }),
  };
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InputError(`${flag}: got ${text}; expected a number greater than 0. Correct it.`);
}

function isOver(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
