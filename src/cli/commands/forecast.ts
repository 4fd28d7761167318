import { Command } from 'commander';
import { loadRunConfig } from '../../config/load.ts';
import { resolveModel } from '../../domain/run/models.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes, isUnreachable } from '../exit-codes.ts';
import { countQuestions } from '../forecast/count-questions.ts';
import { earlierRates } from '../forecast/earlier-runs.ts';
import { estimate, type Forecast, type Rates } from '../forecast/estimate.ts';
import { callPriors, instancesPerQuestion, type Range } from '../forecast/priors.ts';
import { short } from '../numbers.ts';

/** `astra forecast CONFIG` */
export function forecastCommand(terminal: Terminal): Command {
  return new Command('forecast')
    .argument('[config]', 'configuration file')
    .description('calls, tokens, cost and time of a configuration, with an interval')
    .action(handle(terminal, forecast));
}

async function forecast(context: CommandContext, _options: object, [file]: readonly string[]): Promise<ExitCode> {
  const config = loadRunConfig(context.configFile(file));
  const { rates, basis } = await bestRates(context, config);
  const result = estimate(config, await countQuestions(config), rates);
  context.output.result({ ...result, basis }, text(result, basis));
  return exitCodes.done;
}

/** Earlier runs when a database answers and has some; a forecast must also work before anything was started. */
async function bestRates(context: CommandContext, config: RunConfig): Promise<{ rates: Rates; basis: string }> {
  const priors = {
    rates: { instancesPerQuestion, calls: callPriors },
    basis: 'priors (no earlier run with this model)',
  };
  const settings = context.settings();
  if (settings.databaseUrl === undefined) return priors;
  try {
    const { model } = resolveModel(config, 'generator');
    const earlier = await withDatabase(settings, (pool) => earlierRates(pool, model));
    return earlier === undefined ? priors : { rates: earlier.rates, basis: `earlier runs: ${earlier.runs.join(', ')}` };
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return { ...priors, basis: 'priors (the database does not answer)' };
  }
}

function text(
  { questions, scenarios, servers = 0, calls, tokens, cost, hours, selected }: Forecast,
  basis: string,
): string {
  const line = (name: string, range: Range, show: (value: number) => string): string =>
    `${name.padEnd(12)} ${show(range.mid).padStart(8)}   ${show(range.low)} to ${show(range.high)}`;
  return [
    `${'questions'.padEnd(12)} ${short(questions).padStart(8)}`,
    ...(scenarios === 0 ? [] : [`${'scenarios'.padEnd(12)} ${short(scenarios).padStart(8)}`]),
    ...(servers === 0 ? [] : [`${'servers'.padEnd(12)} ${short(servers).padStart(8)}`]),
    line('selected', selected, short),
    line('calls', calls, short),
    line('tokens', tokens, short),
    line('cost', cost, (value) => value.toFixed(2)) + (cost.high === 0 ? '   (no prices in the configuration)' : ''),
    line('hours', hours, (value) => value.toPrecision(2)),
    `basis: ${basis}`,
  ].join('\n');
}
