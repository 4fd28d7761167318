/** The configuration of a run that builds chains alone: from a configuration, or around a file of servers. */
import { extname, resolve } from 'node:path';
import { loadRunConfig, withEnvironment } from '../../config/load.ts';
import type { RunId } from '../../domain/ids.ts';
import { RunConfig } from '../../domain/run/schema.ts';
import { InputError } from '../exit-codes.ts';
import { configHash, runId } from '../run-id.ts';

/**
 * A YAML file is a configuration, of which only the trajectories stage is kept. Anything else is a file of servers; models
 * and limits then come from `base`, the file of --config, where there is one.
 */
export function graphConfig(file: string, base: string | undefined): RunConfig {
  const isConfig = ['.yaml', '.yml'].includes(extname(file));
  const given = isConfig
    ? loadRunConfig(file)
    : base === undefined
      ? withEnvironment(RunConfig.parse({}))
      : loadRunConfig(base);
  const { environments: _, sft: __, rl: ___, evaluation: ____, ...rest } = given;
  const stopAfter = 'chains';
  if (!isConfig) {
    const trajectories = { ...rest.trajectories, servers: [{ file: resolve(file) }], stopAfter };
    return RunConfig.parse({ ...rest, gates: [], trajectories });
  }
  if (rest.trajectories !== undefined)
    return RunConfig.parse({ ...rest, gates: [], trajectories: { ...rest.trajectories, stopAfter } });
  throw new InputError(`${file}: got a configuration without trajectories; expected trajectories.servers. Add it.`);
}

/** The same servers under the same settings are the same run: repeating the command costs nothing. */
export function graphRunId(config: RunConfig): RunId {
  return runId(`graph-${configHash(config).slice(0, 12)}`);
}
