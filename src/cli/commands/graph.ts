import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { sampleChains, type WalkOptions } from '../../domain/graph/sample-chains.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { fileGraphs } from '../graph/file-graphs.ts';
import type { GraphSet, ShownChain } from '../graph/graph-entry.ts';
import { edgeLines, graphReport, reportText } from '../graph/report.ts';

interface SourceOptions {
  readonly server?: string;
  readonly skipInvalid?: boolean;
  readonly minTools: string;
}

interface ShowOptions extends SourceOptions {
  readonly edges?: boolean;
}

interface SampleOptions extends SourceOptions {
  readonly seed: string;
  readonly walks: string;
  readonly min: string;
  readonly max: string;
  readonly cap: string;
}

/** `astra graph show|sample RUN|FILE` */
export function graphCommand(terminal: Terminal): Command {
  const command = new Command('graph').description('the tool pool, its dependency graph and the chains walked over it');
  withSource(command.command('show'))
    .option('--edges', 'every edge with the proposals and schema fields behind it')
    .description('servers, tools, edges, chains and their verdicts, coverage')
    .action(handle(terminal, show));
  withSource(command.command('sample'))
    .option('--seed <text>', 'the same seed gives the same chains', '1')
    .option('--walks <n>', 'walks drawn per server', '60')
    .option('--min <n>', 'fewest tools of a chain', '2')
    .option('--max <n>', 'most tools of a chain', '5')
    .option('--cap <n>', 'most chains of a server', '20')
    .description('draw chains anew; no model is asked and nothing is stored')
    .action(handle(terminal, sample));
  return command;
}

function withSource(command: Command): Command {
  return command
    .argument('<source>', 'a run, or a file of servers with given chains (JSON or JSONL, plain or gzip)')
    .option('--server <name>', 'only this server')
    .option('--min-tools <n>', 'of a file: fewest tools of a server', '3')
    .option('--skip-invalid', 'of a file: leave out lines that are not JSON');
}

async function show(
  context: CommandContext,
  options: ShowOptions,
  [source = '']: readonly string[],
): Promise<ExitCode> {
  const set = await load(source, options);
  const report = graphReport(
    set,
    set.entries.flatMap(({ chains }) => chains),
  );
  const edges = options.edges === true ? ['', 'edges', ...edgeLines(set)] : [];
  const details = set.entries.map(({ id, server, graph }) => ({ id, server: server.name, ...graph }));
  context.output.result(
    { ...report, ...(options.edges === true ? { graphs: details } : {}) },
    [reportText(report), ...edges].join('\n'),
  );
  return exitCodes.done;
}

async function sample(
  context: CommandContext,
  options: SampleOptions,
  [source = '']: readonly string[],
): Promise<ExitCode> {
  const cap = wholeNumber('--cap', options.cap, 1);
  const walk: WalkOptions = {
    walks: wholeNumber('--walks', options.walks, 1),
    minLength: wholeNumber('--min', options.min, 2),
    maxLength: wholeNumber('--max', options.max, wholeNumber('--min', options.min, 2)),
    perServer: cap,
    perLength: cap,
    allowCycles: false,
    coverage: 1,
  };
  const set = await load(source, options);
  const chains = set.entries.flatMap(({ server, graph }): ShownChain[] =>
    sampleChains(graph, walk, `${options.seed}/${server.name}`).chains.map(({ tools }) => ({
      id: null,
      server: server.name,
      tools,
      outcome: null,
      detail: '',
    })),
  );
  const report = graphReport(set, chains);
  context.output.result(report, reportText(report));
  return exitCodes.done;
}

async function load(source: string, options: SourceOptions): Promise<GraphSet> {
  if (!existsSync(source)) throw new InputError(`${source}: got no such file; expected a file of servers. Correct it.`);
  const minTools = wholeNumber('--min-tools', options.minTools, 1);
  const set = await fileGraphs(source, { minTools, skipInvalid: options.skipInvalid === true });
  const { server } = options;
  if (server === undefined) return set;
  const entries = set.entries.filter((entry) => entry.server.name === server);
  if (entries.length > 0) return { entries, left: [] };
  const known = set.entries.map((entry) => entry.server.name).slice(0, 12);
  throw new InputError(`--server: got ${server}; expected one of ${known.join(', ')}. Correct it.`);
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new InputError(`${flag}: got ${text}; expected a whole number of ${least} or more. Correct it.`);
}
