/** A policy of a run measured from the command line: the same code, settings and record as the stage "evaluation". */
import type { EvaluationRecord, Weights } from '../../activities/trainer/contract.ts';
import type { TrainerParts, TrainerResources } from '../../compose-training.ts';
import type { RunId } from '../../domain/ids.ts';
import { Rl } from '../../domain/run/training/schema.ts';
import { InputError } from '../exit-codes.ts';

export interface PolicyChoice {
  readonly policy: string;
  readonly repeats?: number;
}

interface Order extends PolicyChoice {
  readonly run: RunId;
  readonly modes: readonly EvaluationRecord['mode'][];
}

/** One record per mode; what was measured before under the same settings is answered from the store. */
export async function measurePolicies(resources: TrainerResources, order: Order): Promise<EvaluationRecord[]> {
  // Imported late: the composition root knows every client, and most commands need none of them.
  const { composeTrainerActivities } = await import('../../compose-training.ts');
  const { desk, activities, close } = composeTrainerActivities(resources);
  const { run: runId, policy } = order;
  try {
    const plan = await desk.store.findPlan(runId);
    if (plan === undefined)
      throw new InputError(`run ${runId} holds no environments out: it has not begun a stage of training yet`);
    const weights = await weightsOf({ desk, activities }, { runId, policy });
    const records: EvaluationRecord[] = [];
    for (const mode of order.modes) {
      const exam = { runId, plan, label: policy, weights, mode };
      records.push(
        await activities.evaluatePolicy(order.repeats === undefined ? exam : { ...exam, repeats: order.repeats }),
      );
    }
    return records;
  } finally {
    await close();
  }
}

type Parts = Pick<TrainerParts, 'desk' | 'activities'>;

/** Weights of a checkpoint of the run, published when they are a step's; else whatever the trainer serves by that name. */
async function weightsOf(
  { desk, activities }: Parts,
  { runId, policy }: { runId: RunId; policy: string },
): Promise<Weights> {
  const { store } = desk;
  const name = checkpointOf(policy, await store.lastStep(runId));
  const checkpoint = await store.findCheckpoint(runId, name);
  const { rl } = await store.config(runId);
  const { backend } = rl ?? Rl.parse({});
  if (checkpoint === undefined) return desk.backend(backend).identify(policy);
  const { manifest, model, kind, step } = checkpoint;
  if (kind !== 'rl') return { model, manifest };
  const start = await activities.startWeights({ runId });
  const served = await activities.publishPolicy({ runId, start, step });
  return { model: served.model, manifest };
}

/** "rl" is the last step, as tables of a run call it; "last" also that of SFT where no step was made. */
function checkpointOf(policy: string, lastStep: number): string {
  if (policy === 'last' && lastStep === 0) return 'sft';
  return policy === 'last' || policy === 'rl' ? `step-${lastStep}` : policy;
}
