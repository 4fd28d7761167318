/** Necessity and checks of an instance (method §8.2, §8.3): judged by the domain, recorded once. */
import type { Pool, PoolClient } from 'pg';
import { type Judgement, judgeInstance } from '../../domain/decomposition/judgement.ts';
import {
  AtomicityReply,
  CompletenessReply,
  DependencyReply,
  Instance,
  NecessityReply,
  SerializationReply,
} from '../../domain/decomposition/schema.ts';
import type { CheckReplies } from '../../domain/decomposition/scores.ts';
import type { BlobHash } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { StoreError } from '../failures.ts';
import { type BodyReader, createBodyReader, saveValue } from './blobs.ts';
import type { StoreActivities } from './contract.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadOwn, loadReply } from './stored-body.ts';
import { type OutcomeColumns, storedOutcome } from './stored-outcome.ts';

type Input = Parameters<StoreActivities['recordScores']>[0];
type Result = Awaited<ReturnType<StoreActivities['recordScores']>>;

interface InstanceRow extends OutcomeColumns {
  readonly body: BlobHash;
  readonly verdict: BlobHash | null;
  readonly score: number | null;
  readonly tool_nodes: readonly number[];
}

/** Records the judgement of an instance; one that has its judgement keeps it. See StoreActivities. */
export async function recordScores(pool: Pool, input: Input): Promise<Result> {
  return transaction(pool, async (client) => {
    const row = await lockInstance(client, input);
    if (row.status !== 'open' || row.verdict !== null) return stored(row);
    const read = createBodyReader(client);
    const [instance, necessity, checks] = await Promise.all([
      loadOwn(read, row.body, Instance),
      loadReply(read, input.necessity, NecessityReply),
      loadChecks(read, input.checks),
    ]);
    const judgement = judgeInstance(instance, { necessity, checks }, input.unresolved);
    // Replies and scores are JSON values throughout.
    const verdict = await saveValue(client, { necessity, score: judgement.score } as JsonObject);
    return write(client, input, { ...judgement, verdict });
  });
}

async function lockInstance(client: PoolClient, { runId, instanceId }: Input): Promise<InstanceRow> {
  const [row] = await query<InstanceRow>(
    client,
    `select body, status, reason, detail, verdict, score, tool_nodes from item
     where run_id = $1 and kind = 'instance' and id = $2 for update`,
    [runId, instanceId],
  );
  if (row !== undefined) return row;
  throw new StoreError('NotFound', `Run "${runId}" has no instance "${instanceId}"`);
}

async function loadChecks(read: BodyReader, checks: Input['checks']): Promise<CheckReplies | null> {
  if (checks === null) return null;
  const [dependency, atomicity, serialization, completeness] = await Promise.all([
    Promise.all(
      checks.dependency.map(async ({ node, reply }) => ({
        node,
        reply: await loadReply(read, reply, DependencyReply),
      })),
    ),
    loadReply(read, checks.atomicity, AtomicityReply),
    loadReply(read, checks.serialization, SerializationReply),
    loadReply(read, checks.completeness, CompletenessReply),
  ]);
  return { dependency, atomicity, serialization, completeness };
}

async function write(client: PoolClient, input: Input, judged: Judgement & { verdict: BlobHash }): Promise<Result> {
  const { runId, instanceId } = input;
  const score = judged.outcome.status === 'ok' ? (judged.score?.score ?? null) : null;
  await query(
    client,
    "update item set verdict = $3, score = $4, tool_nodes = $5 where run_id = $1 and kind = 'instance' and id = $2",
    [runId, instanceId, judged.verdict, score, judged.toolNodes],
  );
  if (judged.outcome.status !== 'ok') {
    await closeItem(client, { runId, kind: 'instance', id: instanceId, outcome: judged.outcome });
  }
  return { outcome: judged.outcome, score, toolNodes: judged.toolNodes };
}

function stored(row: InstanceRow): Result {
  // With a score it was judged good, whatever became of it later.
  const outcome = row.score === null ? storedOutcome(row) : undefined;
  return { outcome: outcome ?? { status: 'ok' }, score: row.score, toolNodes: row.tool_nodes };
}
