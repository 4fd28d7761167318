/** Which parts of the stack are somebody else's: named by the environment, so not started here. */

import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { defaultNamespace } from '../src/config/process-config.ts';
import { bootstrapTemporal } from './temporal-bootstrap.ts';

export interface OutsideParts {
  readonly temporal?: { readonly address: string; readonly namespace: string };
  readonly postgres?: { readonly url: string };
  readonly teacher?: { readonly baseUrl: string };
}

/** An empty variable counts as not set. A key alone means OpenAI's own address, as in its clients. */
export function outsideParts(env: NodeJS.ProcessEnv): OutsideParts {
  const databaseUrl = env['DATABASE_URL'];
  const baseUrl = env['OPENAI_BASE_URL'] || (env['OPENAI_API_KEY'] ? 'https://api.openai.com/v1' : undefined);
  const temporal = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some((name) => env[name]);
  return {
    ...(temporal ? { temporal: outsideTemporal(env) } : {}),
    ...(databaseUrl ? { postgres: { url: databaseUrl } } : {}),
    ...(baseUrl ? { teacher: { baseUrl } } : {}),
  };
}

function outsideTemporal(env: NodeJS.ProcessEnv): { address: string; namespace: string } {
  const { connectionOptions, namespace } = readConnectConfig(env);
  return { address: connectionOptions.address ?? 'localhost:7233', namespace: namespace ?? defaultNamespace };
}

function readConnectConfig(env: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
}

/**
 * Checks that a server of yours answers, then creates what ASTRA needs on it.
 * Without the rights for that the work may still run: `note` gets what to ask an administrator for.
 */
export async function prepareOutsideTemporal(env: NodeJS.ProcessEnv, note: (line: string) => void): Promise<void> {
  const { address, namespace } = outsideTemporal(env);
  const connection = Connection.lazy({ ...readConnectConfig(env).connectionOptions, address });
  try {
    await connection.ensureConnected();
    await bootstrapTemporal(connection, namespace);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!reason.includes('PERMISSION_DENIED') && !reason.includes('UNIMPLEMENTED')) {
      throw new Error(`the Temporal server ${address} (namespace ${namespace}) cannot be used: ${reason}`, {
        cause: error,
      });
    }
    note(
      `Temporal at ${address} does not let us create search attributes in ${namespace}: ask its administrator. ${reason}`,
    );
  } finally {
    await connection.close();
  }
}
