/** Calls of models: found by key before they are paid for, charged once, kept for ever. */
import type { Pool } from 'pg';
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { resolveModel } from '../../domain/run/models.ts';
import { StoreError } from '../failures.ts';
import type { CallClaim, CallStart, CallStore, CallUse, RunModels } from '../llm/contract.ts';
import { loadBodies, saveBodies } from './blobs.ts';
import { type CallRow, fromCallRow, recordUse } from './call-record.ts';
import type { RunStatus } from './contract.ts';
import { query } from './pool.ts';
import { loadRunConfig, unknownRun } from './runs.ts';

/** The store side of asking a model. */
export function createCallStore(pool: Pool): CallStore {
  return {
    loadFacts: (_runId, facts) => loadFacts(pool, facts),
    models: (runId) => models(pool, runId),
    isOver: (runId) => isOver(pool, runId),
    begin: (claim) => begin(pool, claim),
    release: (runId, key) => release(pool, runId, key),
    recordUse: (use: CallUse) => recordUse(pool, use),
    saveBodies: (bodies) => saveBodies(pool, bodies),
  };
}

async function loadFacts(pool: Pool, facts: Readonly<Record<string, BlobHash>>): Promise<JsonObject> {
  const bodies = await loadBodies(pool, Object.values(facts));
  return Object.fromEntries(Object.entries(facts).map(([name, hash]) => [name, bodies.get(hash) ?? null]));
}

async function models(pool: Pool, runId: RunId): Promise<RunModels> {
  const config = await loadRunConfig(pool, runId);
  return { seed: config.seed, resolve: (role) => resolveModel(config, role) };
}

async function isOver(pool: Pool, runId: RunId): Promise<boolean> {
  const [run] = await query<{ status: RunStatus }>(pool, 'select status from run where id = $1', [runId]);
  return run !== undefined && ['completed', 'failed', 'cancelled'].includes(run.status);
}

type Claimed =
  | { readonly status: 'recorded'; readonly call: CallRow }
  | { readonly status: 'reserved' | 'unknown_run' }
  | ({ readonly status: 'refused' } & Refusal);

interface Refusal {
  readonly max_cost: number | null;
  readonly max_tokens: number | null;
  readonly cost: number;
  readonly tokens: number;
  readonly aside_cost: number;
  readonly aside_tokens: number;
}

async function begin(pool: Pool, { runId, key, estimate }: CallClaim): Promise<CallStart> {
  const [row] = await query<{ claimed: Claimed }>(pool, 'select claim_call($1, $2, $3, $4) as claimed', [
    runId,
    key,
    estimate.cost,
    Math.ceil(estimate.tokens),
  ]);
  if (row === undefined) throw new StoreError('Unavailable', 'claim_call returned no row');
  const { claimed } = row;
  if (claimed.status === 'recorded') return { status: 'recorded', record: fromCallRow(claimed.call) };
  if (claimed.status === 'refused') {
    return { status: 'refused', reason: refusalText(claimed, estimate), held: fitsWithoutOthers(claimed, estimate) };
  }
  if (claimed.status === 'unknown_run') throw unknownRun(runId);
  return { status: 'reserved' };
}

/** Whether only calls in flight stand in the way: what they set aside is more than they will use. */
function fitsWithoutOthers(refusal: Refusal, estimate: CallClaim['estimate']): boolean {
  const { max_cost: maxCost, max_tokens: maxTokens, cost, tokens } = refusal;
  return (
    (maxCost === null || cost + estimate.cost <= maxCost) &&
    (maxTokens === null || tokens + estimate.tokens <= maxTokens)
  );
}

function refusalText(refusal: Refusal, estimate: CallClaim['estimate']): string {
  const money =
    refusal.max_cost === null
      ? []
      : [
          `cost: cap ${refusal.max_cost}, spent ${refusal.cost}, set aside ${refusal.aside_cost}, this call up to ${estimate.cost}`,
        ];
  const tokens =
    refusal.max_tokens === null
      ? []
      : [
          `tokens: cap ${refusal.max_tokens}, spent ${refusal.tokens}, set aside ${refusal.aside_tokens}, this call up to ${estimate.tokens}`,
        ];
  return `The run's budget does not allow this call (${[...money, ...tokens].join('; ')})`;
}

async function release(pool: Pool, runId: string, key: string): Promise<void> {
  await query(pool, 'delete from reservation where run_id = $1 and call_key = $2', [runId, key]);
}
