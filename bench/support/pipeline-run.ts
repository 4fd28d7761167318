/** One run of the pipeline on a bench's stack, from its start to its end. */

import { ServiceError, type WorkflowHandle } from '@temporalio/client';
import { query } from '../../src/activities/store/pool.ts';
import { startPipeline } from '../../src/cli/pipeline.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { Json } from '../../src/domain/json.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';
import type { BenchStack } from './stack.ts';

export interface PipelineRun {
  readonly run: string;
  /** Seconds from the start of the execution to its close, by the server's clock. */
  readonly wallSeconds: number;
  readonly calls: number;
  /** Calls answered from the record: any of them falsifies what is measured per call. */
  readonly cached: number;
  /** Sum of the latencies of the recorded calls. */
  readonly callSeconds: number;
  readonly environments: number;
  /** Items that failed or were quarantined: a bench over a broken run says nothing. */
  readonly broken: number;
}

export interface RunWish {
  readonly run: string;
  readonly questions: number;
  readonly concurrency: number;
  /** Runs of one stack need seeds of their own: equal calls are answered from the record. */
  readonly seed: number;
}

/** Runs questions of one domain through the pipeline; throws when it does not complete, or when a call was on record. */
export async function runPipeline(stack: BenchStack, wish: RunWish): Promise<PipelineRun> {
  const config = RunConfig.parse({
    seed: wish.seed,
    models: { default: { concurrency: wish.concurrency } },
    environments: {
      sources: [{ mode: 'domain', domain: 'Lighthouse keeping', hops: { min: 2, max: 4 }, repeats: wish.questions }],
      selection: { percentile: 20 },
    },
  });
  const wallSeconds = await runToEnd(stack, wish.run, config);
  const [row] = await query<Omit<PipelineRun, 'run' | 'wallSeconds'>>(stack.pool, countsSql, [wish.run]);
  if (row === undefined) throw new Error(`run ${wish.run} left no counts behind`);
  if (row.cached > 0) throw new Error(`run ${wish.run} took ${row.cached} calls from the record: give it another seed`);
  return { run: wish.run, wallSeconds, ...row };
}

/** Starts a run and waits for its end; seconds from the start of the execution to its close, by the server's clock. */
export async function runToEnd({ client }: BenchStack, run: string, config: RunConfig): Promise<number> {
  // A parsed configuration is JSON: the schema knows no other values.
  await startPipeline(client, { run: run as RunId, config: JSON.parse(JSON.stringify(config)) as Json, again: false });
  const handle = client.workflow.getHandle(`astra/${run}`);
  await ended(handle);
  const { startTime, closeTime } = await handle.describe();
  if (closeTime === undefined) throw new Error(`run ${run} has ended and is not closed`);
  return (closeTime.getTime() - startTime.getTime()) / 1000;
}

/** A machine under load lets single requests run out of time; the run goes on meanwhile. */
async function ended(handle: WorkflowHandle, patience = 20): Promise<void> {
  try {
    await handle.result();
  } catch (error) {
    if (!(error instanceof ServiceError) || patience === 0) throw error;
    await ended(handle, patience - 1);
  }
}

const countsSql = `
  select count(*) as calls, coalesce(sum(latency_ms), 0) / 1000 as "callSeconds",
    (select count(*) from call_use where run_id = $1) - count(*) as cached,
    (select count(*) from item where run_id = $1 and kind = 'instance' and status = 'ok') as environments,
    (select count(*) from item where run_id = $1 and status in ('failed', 'quarantined')) as broken
  from charge join llm_call using (call_key) where charge.run_id = $1`;
