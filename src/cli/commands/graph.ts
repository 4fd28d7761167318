import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { sampleChains, type WalkOptions } from '../../domain/graph/sample-chains.ts';
import type { RunId } from '../../domain/ids.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes, InputError } from '../exit-codes.ts';
import { driftText } from '../graph/drift.ts';
import { fileGraphs } from '../graph/file-graphs.ts';
import type { GraphSet, ShownChain } from '../graph/graph-entry.ts';
import { edgeLines, graphReport, reportText } from '../graph/report.ts';
import { graphConfig, graphRunId } from '../graph/run-config.ts';
import { runGraphs } from '../graph/run-graphs.ts';
import { followPursuit } from '../pursue-run.ts';
import { refuseChangedConfig } from '../run-configuration.ts';
import { runId } from '../run-id.ts';
import { ensureStack } from '../stack.ts';

interface SourceOptions {
  readonly server?: string;
  readonly skipInvalid?: boolean;
  readonly minTools: string;
}

interface BuildOptions {
  readonly run?: string;
  readonly detach?: boolean;
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

/** `astra graph build FILE`, `astra graph show|sample RUN|FILE` */
export function graphCommand(terminal: Terminal): Command {
  const command = new Command('graph').description('the tool pool, its dependency graph and the chains walked over it');
  command
    .command('build')
    .argument(
      '[source]',
      'a configuration with trajectories, or a file of servers (mcpServers, ASTRA rows, tool lists)',
    )
    .option('--run <id>', 'name of the run (default: from the content)')
    .option('--detach', 'start it and return at once')
    .description('list the servers, propose and walk their graphs, verify the chains: a run of this stage alone')
    .action(handle(terminal, build));
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
  command
    .command('drift')
    .argument('<run>', 'a run whose agents called tools')
    .option('--server <name>', 'only this server')
    .description('make the recorded calls again on new servers and show which answers differ')
    .action(handle(terminal, drift));
  return command;
}

function withSource(command: Command): Command {
  return command
    .argument('<source>', 'a run, or a file of servers with given chains (JSON or JSONL, plain or gzip)')
    .option('--server <name>', 'only this server')
    .option('--min-tools <n>', 'of a file: fewest tools of a server', '3')
    .option('--skip-invalid', 'of a file: leave out lines that are not JSON');
}

/** Exit code 1 when the run failed. */
async function build(context: CommandContext, options: BuildOptions, [argument]: readonly string[]): Promise<ExitCode> {
  const config = graphConfig(context.configFile(argument), context.options.config);
  const run = options.run === undefined ? graphRunId(config) : runId(options.run);
  const settings = await ensureStack(context);
  await withDatabase(settings, (pool) => refuseChangedConfig(pool, run, config));
  const seen = await followPursuit(context, { run, config, detach: options.detach === true, again: false });
  if (seen === 'detached') {
    context.output.result({ run, status: 'running' }, `${run} is running\nattach    astra status ${run} --watch`);
    return exitCodes.done;
  }
  if (seen === undefined) return exitCodes.interrupted;
  const set = await withDatabase(settings, (pool) => runGraphs(pool, run));
  const report = graphReport(
    set,
    set.entries.flatMap(({ chains }) => chains),
  );
  const { status, note } = seen.progress;
  const head = `${run} ${status}${note === null ? '' : `: ${note}`}  (${seen.report.teacher})`;
  context.output.result({ run, status, ...report }, [head, reportText(report)].join('\n'));
  return status === 'completed' ? exitCodes.done : exitCodes.notRight;
}

async function show(
  context: CommandContext,
  options: ShowOptions,
  [source = '']: readonly string[],
): Promise<ExitCode> {
  const set = await load(context, source, options);
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
  const set = await load(context, source, options);
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

/** Exit code 1 when an answer differs or a server could not be asked. */
async function drift(
  context: CommandContext,
  { server }: { readonly server?: string },
  [argument = '']: readonly string[],
): Promise<ExitCode> {
  const run = runId(argument);
  // Tool servers only where they are needed.
  const { composeDriftCheck } = await import('../../compose.ts');
  const report = await withDatabase(context.settings(), (pool) => composeDriftCheck(pool)(run, server));
  context.output.result({ run, ...report }, driftText(report));
  return report.drifted.length + report.failed.length === 0 ? exitCodes.done : exitCodes.notRight;
}

/** A file that exists is a file; every other word names a run. */
async function load(context: CommandContext, source: string, options: SourceOptions): Promise<GraphSet> {
  const minTools = wholeNumber('--min-tools', options.minTools, 1);
  const set = existsSync(source)
    ? await fileGraphs(source, { minTools, skipInvalid: options.skipInvalid === true })
    : await graphsOfRun(context, runId(source));
  const { server } = options;
  if (server === undefined) return set;
  const entries = set.entries.filter((entry) => entry.server.name === server);
  if (entries.length > 0) return { entries, left: [] };
  const known = set.entries.map((entry) => entry.server.name).slice(0, 12);
  throw new InputError(`--server: got ${server}; expected one of ${known.join(', ')}. Correct it.`);
}

function graphsOfRun(context: CommandContext, run: RunId): Promise<GraphSet> {
  return withDatabase(context.settings(), (pool) => runGraphs(pool, run));
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new InputError(`${flag}: got ${text}; expected a whole number of ${least} or more. Correct it.`);
}
