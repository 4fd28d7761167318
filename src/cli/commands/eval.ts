import { Command, InvalidArgumentError } from 'commander';
import { type BenchmarkOptions, evaluateBenchmark } from '../benchmark/eval-benchmark.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { measurePolicies, type PolicyChoice } from '../eval/measure-policies.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { runId } from '../run-id.ts';
import { withSandbox } from '../sandbox.ts';
import { evaluationLines } from '../training-view.ts';

interface EvalOptions extends Partial<PolicyChoice>, Partial<BenchmarkOptions> {
  readonly greedy?: boolean;
}

/** `astra eval RUN --policy CHECKPOINT`, or `astra eval --benchmark bfcl --endpoint URL --model NAME` */
export function evalCommand(terminal: Terminal): Command {
  return new Command('eval')
    .argument('[run]', 'run id; none for a benchmark')
    .option('--policy <name>', 'base, sft, rl, step-N, last, or a model that the trainer serves')
    .option('--repeats <k>', 'sampled trajectories per environment (default: of the run)', positive)
    .option('--greedy', 'also once without sampling')
    .option('--benchmark <name>', 'bfcl, instead of a run: its multi-turn categories')
    .option('--endpoint <url>', 'of a benchmark: any OpenAI endpoint, with its /v1')
    .option('--model <name>', 'of a benchmark: what the endpoint calls the policy')
    .option('--categories <list>', 'of a benchmark (default: all four)')
    .option('--entries <n>', 'of a benchmark: only the first of each category', (text) => wholeNumber(text, 1000))
    .option('--temperature <t>', 'of a benchmark (default: 0.6)', temperature)
    .option('--threads <n>', 'of a benchmark: conversations at a time (default: 1)', positive)
    .option('--max-tokens <n>', 'of a benchmark: longest answer (default: 2048)', (text) =>
      wholeNumber(text, 1_000_000),
    )
    .option('--continue', 'of a benchmark: keep what an interrupted measurement finished')
    .description('a policy on the held-out environments of a run, with 95 % intervals over environments')
    .action(handle(terminal, evaluate));
}

function positive(text: string): number {
  return wholeNumber(text, 100);
}

function wholeNumber(text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${most}`);
}

function temperature(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 2) return value;
  throw new InvalidArgumentError('expected a number from 0 to 2');
}

async function evaluate(
  context: CommandContext,
  options: EvalOptions,
  [argument]: readonly string[],
): Promise<ExitCode> {
  const { benchmark } = options;
  if (benchmark !== undefined) return evaluateBenchmark(context, { ...options, benchmark });
  return evaluateRun(context, options, argument);
}

async function evaluateRun(
  context: CommandContext,
  { policy, greedy = false, repeats }: EvalOptions,
  argument: string | undefined,
): Promise<ExitCode> {
  if (argument === undefined || policy === undefined) throw new InputError(missing(argument));
  const choice = { policy, ...(repeats === undefined ? {} : { repeats }) };
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

function missing(run: string | undefined): string {
  const got = run === undefined ? 'no run' : 'no --policy';
  return `${got} is named; expected a run and a policy, or --benchmark. Type: astra eval RUN --policy last.`;
}
