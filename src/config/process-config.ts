/**
 * Where this process finds its services: the environment first, then the embedded stack's file (ours).
 * Pure over the environment it is given; load.ts hands in the real one.
 */
import { resolve } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { ConfigError, shown } from './config-error.ts';
import type { StackFile } from './stack-file.ts';

const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

export type Environment = { readonly [name: string]: string | undefined };

export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
  /** TLS, key and headers of Temporal's own variables and profile; the address is in it too. */
  readonly connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
}

export interface ProcessConfig {
  /** Absolute folder of the embedded stack's state. */
  readonly home: string;
  readonly temporal: TemporalAddress | undefined;
  readonly databaseUrl: string | undefined;
  readonly teacher: {
    readonly baseUrl: string | undefined;
    readonly kind: 'offline' | 'external' | 'none';
    readonly hasKey: boolean;
  };
  readonly trainerUrl: string | undefined;
  /** Python that runs tool code; absent: the sandbox looks for one. */
  readonly sandboxPython: string | undefined;
  /** Seconds between probes of an endpoint whose queue is closed. */
  readonly gateProbeSeconds: number;
  readonly logLevel: LogLevel;
  /** Parts whose address the environment names: the embedded stack does not start these. */
  readonly outside: {
    readonly temporal: boolean;
    readonly postgres: boolean;
    readonly teacher: boolean;
    readonly trainer: boolean;
  };
  /** The embedded stack, as its file says; its processes may be gone. */
  readonly stack: StackFile | undefined;
}

/** The namespace on a server of somebody else's where none is named. */
export const defaultNamespace = 'astra';

/** Every address decided; throws ConfigError for a variable that cannot be right. An empty variable counts as not set. */
export function processConfig(environment: Environment, home: string, stack: StackFile | undefined): ProcessConfig {
  const read = (name: string): string | undefined => environment[name] || undefined;
  const databaseUrl = address(read('DATABASE_URL'), 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const trainerUrl = address(read('ASTRA_TRAINER_URL'), 'ASTRA_TRAINER_URL', ['http:', 'https:']);
  const { outside, ...teacher } = teacherOf(environment, stack);
  return {
    home,
    temporal: temporalAddress(environment, stack),
    databaseUrl: databaseUrl ?? stack?.postgres?.url,
    teacher,
    trainerUrl: trainerUrl ?? stack?.trainer?.url,
    sandboxPython: read('ASTRA_SANDBOX_PYTHON'),
    gateProbeSeconds: seconds(read('ASTRA_GATE_PROBE_SECONDS'), 'ASTRA_GATE_PROBE_SECONDS', 30),
    logLevel: logLevel(read('ASTRA_LOG_LEVEL')),
    outside: {
      temporal: namesTemporal(environment),
      postgres: databaseUrl !== undefined,
      teacher: outside,
      trainer: trainerUrl !== undefined,
    },
    stack,
  };
}

function teacherOf(environment: Environment, stack: StackFile | undefined) {
  const hasKey = Boolean(environment['OPENAI_API_KEY']);
  const named = address(environment['OPENAI_BASE_URL'] || undefined, 'OPENAI_BASE_URL', ['http:', 'https:']);
  // A key alone means the provider's own address, as in OpenAI's clients.
  const baseUrl = named ?? (hasKey ? 'https://api.openai.com/v1' : undefined);
  if (baseUrl !== undefined) return { baseUrl, kind: 'external', hasKey, outside: true } as const;
  const embedded = stack?.teacher;
  return { baseUrl: embedded?.baseUrl, kind: embedded?.kind ?? ('none' as const), hasKey, outside: false };
}

/** The absolute home folder: the flag, then ASTRA_HOME, then `.astra` of the checkout. */
export function homeFolder(flag: string | undefined, environment: Environment, checkout: string): string {
  return resolve(flag || environment['ASTRA_HOME'] || resolve(checkout, '.astra'));
}

function namesTemporal(environment: Environment): boolean {
  // A profile file of the user's own temporal CLI counts only when a variable points to it.
  return ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some((name) => environment[name]);
}

function temporalAddress(environment: Environment, stack: StackFile | undefined): TemporalAddress | undefined {
  if (!namesTemporal(environment)) {
    const embedded = stack?.temporal;
    if (embedded === undefined) return undefined;
    const namespace = environment['TEMPORAL_NAMESPACE'] || embedded.namespace;
    return { address: embedded.address, namespace, connection: { address: embedded.address } };
  }
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: defined(environment) });
  const { address: named = 'localhost:7233' } = connectionOptions;
  return {
    address: named,
    namespace: namespace ?? defaultNamespace,
    connection: { ...connectionOptions, address: named },
  };
}

function defined(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}

function address(text: string | undefined, variable: string, protocols: readonly string[]): string | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  const expected = `an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  const got = `a text of ${text.length} characters that is none`; // may hold a password
  throw new ConfigError([{ where: variable, path: '', got, expected, todo: `Correct or unset ${variable}.` }]);
}

function logLevel(text: string | undefined): LogLevel {
  const parsed = LogLevel.safeParse(text ?? 'info');
  if (parsed.success) return parsed.data;
  const expected = `one of ${LogLevel.options.join(', ')}`;
  const todo = 'Correct or unset ASTRA_LOG_LEVEL.';
  throw new ConfigError([{ where: 'ASTRA_LOG_LEVEL', path: '', got: shown(text), expected, todo }]);
}

function seconds(text: string | undefined, variable: string, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  const todo = `Correct or unset ${variable}.`;
  throw new ConfigError([{ where: variable, path: '', got: shown(text), expected: 'seconds, greater than 0', todo }]);
}
