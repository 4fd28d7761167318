/** Which parts of the stack are somebody else's: named by the environment, so not started here. */

import { Connection } from '@temporalio/client';
import { type ProcessConfig, processConfig } from '../src/config/process-config.ts';
import { bootstrapTemporal } from './temporal-bootstrap.ts';

export interface OutsideParts {
  readonly temporal?: { readonly address: string; readonly namespace: string };
  readonly postgres?: { readonly url: string };
  readonly teacher?: { readonly baseUrl: string };
  readonly trainer?: { readonly url: string };
}

/** What the environment names; fails with ConfigError for an address that can be none. */
export function outsideParts(env: NodeJS.ProcessEnv): OutsideParts {
  const { outside, temporal, databaseUrl, teacher, trainerUrl } = withoutStack(env);
  return {
    ...(outside.temporal && temporal ? { temporal: { address: temporal.address, namespace: temporal.namespace } } : {}),
    ...(databaseUrl === undefined ? {} : { postgres: { url: databaseUrl } }),
    ...(teacher.baseUrl === undefined ? {} : { teacher: { baseUrl: teacher.baseUrl } }),
    ...(trainerUrl === undefined ? {} : { trainer: { url: trainerUrl } }),
  };
}

const withoutStack = (env: NodeJS.ProcessEnv): ProcessConfig => processConfig(env, '', undefined);

/**
 * Checks that a server of yours answers, then creates what ASTRA needs on it.
 * Without the rights for that the work may still run: `note` gets what to ask an administrator for.
 */
export async function prepareOutsideTemporal(env: NodeJS.ProcessEnv, note: (line: string) => void): Promise<void> {
  const { temporal } = withoutStack(env);
  if (temporal === undefined) throw new Error('no Temporal server is named: set TEMPORAL_ADDRESS');
  const { address, namespace, connection: options } = temporal;
  const connection = Connection.lazy({ ...options, address });
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
