/** `astra eval --benchmark bfcl --endpoint URL --model NAME`: a policy behind any OpenAI endpoint, on a benchmark of others. */
import { join } from 'node:path';
import { hashText } from '../../domain/ids.ts';
import type { CommandContext } from '../command-context.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { openBfcl } from './bfcl-program.ts';
import { type CategoryScore, pooledScore } from './bfcl-scores.ts';
import { bfclCategories, measureBfcl } from './measure-bfcl.ts';

export interface BenchmarkOptions {
  readonly benchmark: string;
  readonly endpoint?: string;
  readonly model?: string;
  readonly categories?: string;
  readonly repeats?: number;
  readonly entries?: number;
  readonly temperature?: number;
  readonly threads?: number;
  readonly maxTokens?: number;
  readonly continue?: boolean;
}

/** The version that is installed; its rows are those of BFCL v4, the paper's are those of v3. */
const version = '2026.3.23';
/** The paper's sampling for these categories. */
const paperTemperature = 0.6;

/** Prints accuracies with 95 % Wilson intervals; exit code 0 whatever they are. */
export async function evaluateBenchmark(context: CommandContext, options: BenchmarkOptions): Promise<ExitCode> {
  if (options.benchmark !== 'bfcl')
    throw new InputError(`--benchmark: got ${options.benchmark}; expected bfcl. Correct it.`);
  const endpoint = required(
    '--endpoint',
    options.endpoint,
    'the address of an OpenAI endpoint, as http://host:port/v1',
  );
  const model = required('--model', options.model, 'the name that the endpoint knows the policy by');
  const plan = {
    categories: (options.categories?.split(',') ?? bfclCategories).map(toCategory),
    repeats: options.repeats ?? 1,
    entries: options.entries ?? null,
    temperature: options.temperature ?? paperTemperature,
    threads: options.threads ?? 1,
    isContinued: options.continue === true,
  };
  const { home } = context.settings();
  const program = await openBfcl(home, { baseUrl: endpoint, model, maxTokens: options.maxTokens ?? 2048 });
  const folder = join(home, 'benchmarks', 'bfcl', hashText(`${endpoint}\n${model}`).slice(0, 12));
  const scores = await measureBfcl(program, folder, plan);
  const { categories: _, isContinued: __, ...settings } = plan;
  context.output.result(
    { benchmark: 'bfcl', version, model, endpoint, ...settings, categories: scores, all: pooledScore(scores), folder },
    scoreLines(scores).join('\n'),
  );
  return exitCodes.done;
}

function required(flag: string, value: string | undefined, what: string): string {
  if (value !== undefined && value !== '') return value;
  throw new InputError(`${flag}: got nothing; expected ${what}. A benchmark needs it.`);
}

function toCategory(text: string): string {
  const category = bfclCategories.find((known) => known === text.trim());
  if (category !== undefined) return category;
  throw new InputError(`--categories: got ${text}; expected some of ${bfclCategories.join(', ')}. Correct it.`);
}

function scoreLines(scores: readonly CategoryScore[]): string[] {
  const rows = [...scores, ...(scores.length > 1 ? [{ category: 'all', ...pooledScore(scores) }] : [])].map((score) => {
    const counts = 'correct' in score ? `${score.correct.join(', ')} of ${score.entries}` : '';
    return [score.category, `${percent(score.accuracy)} [${percent(score.low)}, ${percent(score.high)}]`, counts];
  });
  const head = ['category', 'accuracy (95 %, Wilson)', 'correct'];
  return [head, ...rows].map(([name = '', accuracy = '', counts = '']) =>
    `${name.padEnd(24)}  ${accuracy.padEnd(25)}  ${counts}`.trimEnd(),
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
