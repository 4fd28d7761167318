/** What proving tools needs of the store: bodies in and out, and the rule results of every attempt. */
import type { Pool } from 'pg';
import type { RunId } from '../../domain/ids.ts';
import type { ProofStore } from '../proof/contract.ts';
import { createBodyReader, saveText } from './blobs.ts';
import { addInstance, finishedInstances, importedInstances } from './finished-instances.ts';
import { closeItem } from './items.ts';
import { query } from './pool.ts';

/** The store side of proving tools. */
export function createProofStore(pool: Pool): ProofStore {
  return {
    loadBody: createBodyReader(pool),
    saveBody: (text) => saveText(pool, text),
    recordProof: (proof) => recordProof(pool, proof),
    async closeInstance(closing) {
      await closeItem(pool, { ...closing, kind: 'instance' });
    },
    finishedInstances: (runId, after, limit) => finishedInstances(pool, { runId, after, limit }),
    importedInstances: (runId, after) => importedInstances(pool, runId, after),
    addInstance: (added) => addInstance(pool, added),
    scoreOf: (runId, instanceId) => scoreOf(pool, runId, instanceId),
  };
}

async function recordProof(pool: Pool, proof: Parameters<ProofStore['recordProof']>[0]): Promise<void> {
  await query(
    pool,
    `insert into proof (run_id, instance_id, nodes, candidate_hash, accepted, results, rules)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [proof.runId, proof.instanceId, proof.nodes, proof.candidateHash, proof.accepted, proof.results, proof.rules],
  );
}

async function scoreOf(pool: Pool, runId: RunId, instanceId: string): Promise<number | null> {
  const [row] = await query<{ score: number | null }>(
    pool,
    "select score from item where run_id = $1 and kind = 'instance' and id = $2",
    [runId, instanceId],
  );
  return row?.score ?? null;
}
