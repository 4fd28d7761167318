/** The floor: empty activities on the stack's Temporal, served by a worker process of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { treeTime } from './processor-time.ts';
import { type BenchStack, type ProcessorTime, spent } from './stack.ts';

/** Processor time of our side; milliseconds where it is per unit, else seconds. */
export type Cost = Pick<ProcessorTime, 'worker' | 'temporal' | 'postgres'>;

export const sumOf = (cost: Cost): number => cost.worker + cost.temporal + cost.postgres;

/** From seconds for many to milliseconds for one. */
export function perUnit(cost: Cost, units: number): Cost {
  const each = (seconds: number): number => (seconds / units) * 1000;
  return { worker: each(cost.worker), temporal: each(cost.temporal), postgres: each(cost.postgres) };
}

/** About as many workflows open at a time as a run keeps items open by default. */
const [workflows, inSequence, open] = [100, 10, 24];

export const floorShape = `${workflows} workflows of ${inSequence} empty activities in sequence, ${open} open at a time`;

const program = join(import.meta.dirname, '../empty/main.ts');

/** Milliseconds per empty activity; starting the worker and a few workflows to warm it up are not counted. */
export async function emptyActivities(stack: BenchStack): Promise<Cost> {
  const ready = join(stack.home, 'empty.ready');
  const worker = spawn(process.execPath, [program, stack.address, stack.namespace, ready], { stdio: 'inherit' });
  const ended = once(worker, 'exit');
  try {
    while (!existsSync(ready)) {
      if (worker.exitCode !== null) throw new Error(`the worker of the floor ended with ${worker.exitCode}`);
      await sleep(50);
    }
    await runSequences(stack, 20);
    const readWorker = (): number => treeTime(worker.pid ?? 0).own;
    const [before, workerBefore] = [stack.processorTime(), readWorker()];
    await runSequences(stack, workflows);
    const used = spent(before, stack.processorTime());
    return perUnit({ ...used, worker: readWorker() - workerBefore }, workflows * inSequence);
  } finally {
    worker.kill('SIGTERM');
    await ended;
    rmSync(ready, { force: true });
  }
}

async function runSequences({ client }: BenchStack, count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      await client.workflow.execute('emptySequence', {
        taskQueue: 'astra-bench-workflows',
        workflowId: `bench/empty/${crypto.randomUUID()}`,
        args: [inSequence],
      });
    }
  };
  await Promise.all(Array.from({ length: open }, lane));
}
