/** What a step of training by reinforcement costs beside its trainer: one run through the real workflows. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startPipeline } from '../../src/cli/pipeline.ts';
import type { RunId } from '../../src/domain/ids.ts';
import type { Json } from '../../src/domain/json.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';
import { lifetime, readExecutions } from '../support/histories.ts';
import type { BenchStack } from '../support/stack.ts';
import { type BusyProxy, coveredMs } from './busy-proxy.ts';

export interface StepWish {
  readonly run: string;
  readonly model: string;
  /** 0: the model is trained from as it is. */
  readonly sftSteps: number;
  readonly steps: number;
  readonly lr: number;
  readonly groups: number;
  readonly groupSize: number;
  readonly maxTurns: number;
  readonly maxResponseTokens: number;
}

export interface StepCost {
  readonly steps: number;
  /** From the begin of the first step to the end of the last, what lies between them included. */
  readonly wallSeconds: number;
  /** The part of it in which a request was at the trainer: to render, to sample, to train, to commit, to publish. */
  readonly trainerSeconds: number;
  /** Seconds by kind of request; those of groups that play side by side count each. */
  readonly byKind: ReadonlyMap<string, number>;
}

const environmentsKept = 60;
const source = join(import.meta.dirname, '../../configs/data/learning-environments.jsonl.gz');

/** Trains a few steps and says where their time went; throws when the run does not come to its end. */
export async function measureSteps({ client, home }: BenchStack, proxy: BusyProxy, wish: StepWish): Promise<StepCost> {
  const file = join(home, 'environments.jsonl');
  const rows = gunzipSync(readFileSync(source)).toString().trim().split('\n').slice(0, environmentsKept);
  writeFileSync(file, `${rows.join('\n')}\n`);
  // A parsed configuration is JSON: the schema knows no other values.
  const config = JSON.parse(JSON.stringify(RunConfig.parse(configOf(file, wish)))) as Json;
  await startPipeline(client, { run: wish.run as RunId, config, again: false });
  await ended(client.workflow.getHandle(`astra/${wish.run}`));
  const executions = await readExecutions(client, wish.run);
  const steps = executions.filter(({ type }) => type === 'rlStep').map(lifetime);
  if (steps.length !== wish.steps) throw new Error(`${wish.run} made ${steps.length} of ${wish.steps} steps`);
  const window = {
    from: Math.min(...steps.map(({ startedAt }) => startedAt)),
    to: Math.max(...steps.map(({ endedAt }) => endedAt)),
  };
  const byKind = new Map<string, number>();
  for (const { what, from, to } of proxy.spans)
    if (from >= window.from && to <= window.to) byKind.set(what, (byKind.get(what) ?? 0) + (to - from) / 1000);
  return {
    steps: steps.length,
    wallSeconds: (window.to - window.from) / 1000,
    trainerSeconds: coveredMs(proxy.spans, window) / 1000,
    byKind,
  };
}

function configOf(file: string, { model, sftSteps, steps, lr, ...shape }: StepWish): object {
  const { groups, groupSize, maxTurns, maxResponseTokens } = shape;
  return {
    seed: 1,
    environments: { sources: [{ mode: 'environment', file }] },
    ...(sftSteps > 0 && { sft: { model, perEnvironment: 8, cleanShare: 1, hyperparameters: { steps: sftSteps } } }),
    rl: {
      ...(sftSteps === 0 && { model }),
      steps,
      groups,
      groupSize,
      toolView: 'signatures',
      optimizer: { lr },
      irrelevantTools: { perBand: 1, sameDomain: true },
      sampling: { maxTurnTokens: 64, maxTurns, maxResponseTokens },
    },
  };
}

/** A run that stops for a correction never ends by itself: its reason is the failure of the bench. */
async function ended(handle: { result(): Promise<unknown>; query<T>(name: string): Promise<T> }): Promise<void> {
  let done = false;
  const result = handle.result().finally(() => {
    done = true;
  });
  const watch = async (): Promise<never> => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 2_000).unref());
      if (done) return new Promise<never>(() => undefined);
      const { waitingFor, note } = await handle.query<{ waitingFor?: string; note?: string }>('status');
      if (waitingFor === 'correction') throw new Error(`the run waits for a correction: ${note}`);
    }
  };
  await Promise.race([result, watch()]);
}
