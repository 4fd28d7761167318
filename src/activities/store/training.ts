/** What training keeps (method §9 to §11): the first of equal keys stays, so that everything may be written twice. */
import type { Pool } from 'pg';
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { TrainingStore } from '../trainer/contract.ts';
import { eachResult } from './audit-data.ts';
import { createBodyReader, saveText } from './blobs.ts';
import { checkpointsOf, findStep, saveCheckpoint, saveStep, stepsOf } from './checkpoints.ts';
import { findEvaluation, saveEvaluation } from './evaluations.ts';
import { type Queryable, query } from './pool.ts';
import { findGroup, saveGroup } from './rollout-groups.ts';
import { loadRunConfig } from './runs.ts';
import { selectedConversations } from './selected-conversations.ts';
import { saveJob, saveJobRecord } from './sft-jobs.ts';

/** The store side of training. */
export function createTrainingStore(pool: Pool): TrainingStore {
  return {
    config: (runId) => loadRunConfig(pool, runId),
    loadBody: createBodyReader(pool),
    saveBody: (text) => saveText(pool, text),
    async *environments(runId) {
      yield* eachResult(pool, runId, 'instance');
      yield* eachResult(pool, runId, 'scenario');
    },
    findPlan: (runId) => findPlan(pool, runId),
    savePlan: (runId, plan) => savePlan(pool, runId, plan),
    findGroup: (runId, place) => findGroup(pool, runId, place),
    saveGroup: (runId, group) => saveGroup(pool, runId, group),
    selectedConversations: (runId) => selectedConversations(pool, runId),
    saveJob: (runId, job) => saveJob(pool, runId, job),
    saveJobRecord: (runId, job, record) => saveJobRecord(pool, { runId, job, record }),
    saveCheckpoint: (runId, checkpoint) => saveCheckpoint(pool, runId, checkpoint),
    findCheckpoint: async (runId, name) => (await checkpointsOf(pool, runId)).find((one) => one.name === name),
    lastStep: async (runId) => (await stepsOf(pool, runId)).at(-1)?.step ?? 0,
    findStep: (runId, step) => findStep(pool, runId, step),
    saveStep: (runId, step) => saveStep(pool, runId, step),
    findEvaluation: (key) => findEvaluation(pool, key),
    saveEvaluation: (evaluation) => saveEvaluation(pool, evaluation),
  };
}

async function findPlan(on: Queryable, runId: RunId): Promise<BlobHash | undefined> {
  const [row] = await query<{ plan: BlobHash }>(on, 'select plan from training_plan where run_id = $1', [runId]);
  return row?.plan;
}

async function savePlan(on: Queryable, runId: RunId, plan: BlobHash): Promise<BlobHash> {
  await query(on, 'insert into training_plan (run_id, plan) values ($1, $2) on conflict do nothing', [runId, plan]);
  return (await findPlan(on, runId)) ?? plan;
}
