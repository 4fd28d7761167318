/**
 * Decompositions of a question (method §8.1): accepted instances become open items, refused ones stay with their rule.
 * Of instances that say the same, the one first in the plan stays, whichever arrived first: exports do not depend on it.
 */
import type { Pool, PoolClient } from 'pg';
import { duplicateKey, type NormalisedItem, normaliseDecomposition } from '../../domain/decomposition/normalise.ts';
import { DecomposeReply, Instance, SourceQuestion } from '../../domain/decomposition/schema.ts';
import type { BlobHash, InstanceId, RunId } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { StoreError } from '../failures.ts';
import { createBodyReader, toBody } from './blobs.ts';
import type { RecordedInstance, StoreActivities } from './contract.ts';
import { duplicateOutcome, giveWay } from './duplicates.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { instanceOrdinal, ordinalStride, refusedId } from './instance-place.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadOwn, loadReply } from './stored-body.ts';

type Input = Parameters<StoreActivities['recordDecompositions']>[0];
type Result = Awaited<ReturnType<StoreActivities['recordDecompositions']>>;

interface QuestionRow {
  readonly ordinal: number;
  readonly body: string;
  readonly status: string;
  readonly round: number;
}

/** Records what a reply (null: the imported row) decomposes the question into. See StoreActivities. */
export async function recordDecompositions(pool: Pool, input: Input): Promise<Result> {
  return transaction(pool, async (client) => {
    const question = await lockQuestion(client, input);
    if (question.status === 'open') await record(client, input, question);
    return recorded(client, input);
  });
}

async function lockQuestion(client: PoolClient, { runId, questionId }: Input): Promise<QuestionRow> {
  const [row] = await query<QuestionRow>(
    client,
    "select ordinal, body, status, round from item where run_id = $1 and kind = 'question' and id = $2 for update",
    [runId, questionId],
  );
  if (row !== undefined) return row;
  throw new StoreError('NotFound', `Run "${runId}" has no question "${questionId}"`);
}

async function record(client: PoolClient, input: Input, row: QuestionRow): Promise<void> {
  const { runId, questionId } = input;
  const question = await loadOwn(createBodyReader(client), row.body, SourceQuestion);
  const claims = await claimsOf(client, input, question);
  const first = await nextIndex(client, input);
  const outcomes: Outcome[] = [];
  for (const [offset, claim] of claims.entries()) {
    const index = first + offset;
    const place = { runId, questionId, index, ordinal: instanceOrdinal(row.ordinal, index), round: row.round };
    outcomes.push(await keep(client, place, { claim, normalised: normaliseDecomposition(claim, question) }));
  }
  await closeItem(client, { runId, kind: 'question', id: questionId, outcome: questionOutcome(outcomes) });
}

async function claimsOf(client: PoolClient, input: Input, question: SourceQuestion): Promise<readonly Json[]> {
  const reply = await loadReply(createBodyReader(client), input.reply, DecomposeReply);
  if (reply === null && question.decomposition === undefined) {
    throw new StoreError(
      'BadInput',
      `Question "${input.questionId}" is no imported row, so it needs a reply: got none`,
    );
  }
  // The schema's items are z.json(): JSON values, which its type spells in its own words.
  return (reply?.decompositions ?? [question.decomposition ?? null]) as readonly Json[];
}

/** A question that was opened again adds to what its earlier rounds left. */
async function nextIndex(client: PoolClient, { runId, questionId }: Input): Promise<number> {
  const [row] = await query<{ next: number }>(
    client,
    `select coalesce(max(ordinal % ${ordinalStride}) + 1, 0) as next from item
     where run_id = $1 and kind = 'instance' and parent_id = $2`,
    [runId, questionId],
  );
  return row?.next ?? 0;
}

interface Place {
  readonly runId: RunId;
  readonly questionId: string;
  readonly index: number;
  readonly ordinal: number;
  readonly round: number;
}

async function keep(
  client: PoolClient,
  place: Place,
  { claim, normalised }: { claim: Json; normalised: NormalisedItem },
): Promise<Outcome> {
  if (place.index >= ordinalStride) {
    throw new StoreError('BadInput', `Question "${place.questionId}" has more than ${ordinalStride} decompositions`);
  }
  const refused = { id: refusedId(place.questionId, place.index), parentId: place.questionId, ordinal: place.ordinal };
  const insert = async (item: NewItem): Promise<Outcome> => {
    const items = [{ ...item, round: place.round }];
    await insertItems(client, { runId: place.runId, kind: 'instance', items });
    return item.outcome ?? { status: 'ok' };
  };
  if (normalised.status === 'rejected') return insert({ ...refused, body: toBody(claim), outcome: normalised });
  const { instance } = normalised;
  // An instance was built from JSON values only.
  const body = toBody(instance as JsonObject);
  const key = duplicateKey(instance);
  const winner = await giveWay(client, { runId: place.runId, key, id: instance.id, ordinal: place.ordinal });
  if (winner !== undefined) return insert({ ...refused, body, outcome: duplicateOutcome(winner) });
  return insert({ ...refused, id: instance.id, body, duplicateKey: key });
}

/**
 * A question is done when one of its decompositions is sound; else the first refusal says why. A duplicate is sound:
 * which of two equal ones is the duplicate may still change, and the question's outcome must not change with it.
 */
function questionOutcome(outcomes: readonly Outcome[]): Outcome {
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.rule !== 'duplicate');
  const [first] = refusals;
  if (first?.status !== 'rejected' || refusals.length < outcomes.length) return { status: 'ok' };
  const all = outcomes.length === 1 ? '' : `all ${outcomes.length} decompositions refused; the first: `;
  return { ...first, detail: `${all}${first.detail}` };
}

/** The instances of the question that wait for their scores, and how many were refused. */
async function recorded(client: PoolClient, { runId, questionId }: Input): Promise<Result> {
  const rows = await query<{ id: InstanceId; body: BlobHash; waiting: boolean }>(
    client,
    `select id, body, status = 'open' and verdict is null as waiting from item
     where run_id = $1 and kind = 'instance' and parent_id = $2 and (status = 'open' or id like parent_id || '/d%')
     order by ordinal`,
    [runId, questionId],
  );
  const read = createBodyReader(client);
  const waiting = rows.filter((row) => row.waiting);
  const instances = await Promise.all(
    waiting.map(async ({ id, body }): Promise<RecordedInstance> => {
      const instance = await loadOwn(read, body, Instance);
      const dependent = instance.nodes.filter((node) => node.dependencies.length > 0).map((node) => node.id);
      return { id, body, dependent };
    }),
  );
  return { instances, rejected: rows.filter((row) => row.id.startsWith(`${questionId}/d`)).length };
}
