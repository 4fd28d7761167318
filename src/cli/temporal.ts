/** The one place where the CLI speaks to Temporal: connect, and say clearly when nobody answers. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { ProcessConfig } from '../config/process-config.ts';
import { foreignServer } from '../config/served-namespace.ts';
import { InputError, UnreachableError } from './exit-codes.ts';

/** Runs work with a client and closes the connection after it; throws UnreachableError when the server does not answer. */
export async function withTemporal<T>(settings: ProcessConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const { temporal } = settings;
  if (temporal === undefined)
    throw new UnreachableError(
      `Temporal: no address is known: got neither TEMPORAL_ADDRESS nor ${settings.home}/stack.json. Type: astra up`,
    );
  // Imported late: the client takes a third of a second to load, and most commands read Postgres alone.
  const { Client, Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ ...temporal.connection, connectTimeout: '5s' }).catch(
    (cause: unknown) => {
      const todo = settings.outside.temporal ? 'Check TEMPORAL_ADDRESS.' : 'Type: astra up';
      throw new UnreachableError(`Temporal at ${temporal.address} does not answer. ${todo}`, { cause });
    },
  );
  try {
    const foreign = await foreignServer(connection.workflowService, settings);
    if (foreign !== undefined) throw new UnreachableError(foreign);
    return await work(new Client({ connection, namespace: temporal.namespace }));
  } finally {
    await connection.close();
  }
}

/** Seconds until an update that no worker answers is given up. */
const updateSeconds = 20;

/** Runs a message to an execution; turns "no such run", "refused" and "no worker" into messages with what to do. */
export async function toRun<T>(client: Client, run: string, send: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
  const errors = await import('@temporalio/client');
  try {
    const deadline = Date.now() + updateSeconds * 1000;
    return await client.connection.withDeadline(deadline, () => send(client.workflow.getHandle(`astra/${run}`)));
  } catch (cause) {
    if (cause instanceof errors.WorkflowNotFoundError)
      throw new InputError(
        `run ${run} is not active in Temporal: got no open execution astra/${run}. See: astra list`,
        {
          cause,
        },
      );
    if (cause instanceof errors.WorkflowUpdateFailedError)
      throw new InputError(`run ${run} refused: ${cause.cause?.message ?? cause.message}`, { cause });
    if (cause instanceof errors.WorkflowUpdateRPCTimeoutOrCancelledError)
      throw new UnreachableError(
        `run ${run}: no worker answered within ${updateSeconds} s. Start one: astra up (or astra worker), then repeat.`,
        { cause },
      );
    throw cause;
  }
}
