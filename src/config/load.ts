/** The one reader of the environment: configuration = defaults, then the file, then the environment. */
import { resolve } from 'node:path';
import type { RunConfig } from '../domain/run/schema.ts';
import { withModel } from './model-override.ts';
import { homeFolder, type ProcessConfig, processConfig } from './process-config.ts';
import { readRunFile } from './run-file.ts';
import { readStackFile } from './stack-file.ts';

/** The checkout this code lies in: bundled configurations and the default home are found from here. */
export const checkout = resolve(import.meta.dirname, '../..');

/** The addresses and settings of this process; throws ConfigError. */
export function loadProcessConfig(options: { readonly home?: string } = {}): ProcessConfig {
  const home = homeFolder(options.home, process.env, checkout);
  return processConfig(process.env, home, readStackFile(home));
}

/** The configuration of a run from a file; OPENAI_MODEL replaces the model of every role. Throws ConfigError. */
export function loadRunConfig(file: string): RunConfig {
  return withEnvironment(readRunFile(file));
}

/** What the environment says of a run's configuration: OPENAI_MODEL replaces the model of every role. */
export function withEnvironment(config: RunConfig): RunConfig {
  return withModel(config, process.env['OPENAI_MODEL']);
}

/** The value of a secret by the name of its variable, or undefined. Keep it in memory only; never log it. */
export function readSecret(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** Names of the variables that are set. */
export function variableNames(): string[] {
  return Object.keys(process.env);
}

/** The environment for a child process. */
export function childEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}
