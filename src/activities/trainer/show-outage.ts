/**
 * A trainer that gives no answer is shown as a closed queue (ours): its activities only wait and try again, and whoever
 * looks at the run must see what for.
 */
import { taskQueues } from '../../domain/run/task-queues.ts';
import { TrainerError } from '../failures.ts';
import type { GateStore } from '../gate/contract.ts';

type Gates = Pick<GateStore, 'setGate' | 'clearGate'>;

const advice = 'the work waits; a trainer of this machine is started by: astra up --trainer';

/** Work that asks the trainer: shown as waiting when it gives no answer, as served when it did. Fails as the work does. */
export async function showOutage<T>(gates: Gates, runId: string, work: () => Promise<T>): Promise<T> {
  try {
    const done = await work();
    await showAnswer(gates);
    return done;
  } catch (error) {
    if (error instanceof TrainerError && error.type === 'Trainer.Unavailable')
      await gates.setGate({
        queue: taskQueues.trainer,
        cause: error.type,
        reason: reasonOf(error),
        runId,
      });
    throw error;
  }
}

/** Only a request that reached nobody has a cause; a trainer that answers that it is starting needs nobody. */
function reasonOf({ message, cause }: TrainerError): string {
  return cause === undefined ? message : `${message}; ${advice}`;
}

export async function showAnswer(gates: Gates): Promise<void> {
  await gates.clearGate(taskQueues.trainer);
}
