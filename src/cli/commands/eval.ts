import { Command, InvalidArgumentError } from 'commander';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { measurePolicies, type PolicyChoice } from '../eval/measure-policies.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { runId } from '../run-id.ts';
import { withSandbox } from '../sandbox.ts';
import { evaluationLines } from '../training-view.ts';

interface EvalOptions extends PolicyChoice {
  readonly greedy?: boolean;
}

/** `astra eval RUN --policy CHECKPOINT` */
export function evalCommand(terminal: Terminal): Command {
  return new Command('eval')
    .argument('<run>', 'run id')
    .requiredOption('--policy <name>', 'base, sft, step-N, last, or a model that the trainer serves')
    .option('--repeats <k>', 'sampled trajectories per environment (default: of the run)', positive)
    .option('--greedy', 'also once without sampling')
    .description('a policy on the held-out environments of a run, with 95 % intervals over environments')
    .action(handle(terminal, evaluate));
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError('expected a whole number from 1 to 100');
}

async function evaluate(
  context: CommandContext,
  { greedy = false, ...choice }: EvalOptions,
  [argument = '']: readonly string[],
): Promise<ExitCode> {
  const settings = context.settings();
  const run = runId(argument);
  const records = await withDatabase(settings, (pool) =>
    withSandbox(settings, (sandbox) =>
      measurePolicies(
        { config: settings, pool, sandbox },
        { run, ...choice, modes: greedy ? ['sampled', 'greedy'] : ['sampled'] },
      ),
    ),
  );
  const [first] = records;
  context.output.result(
    {
      run,
      policy: choice.policy,
      tasks: first?.measures.tasks ?? 0,
      repeats: first?.repeats ?? 0,
      ...first?.measures,
      modes: records.map(({ mode, manifest, measures }) => ({ mode, manifest, ...measures })),
    },
    evaluationLines(records).join('\n'),
  );
  return exitCodes.done;
}
