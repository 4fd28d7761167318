/** Tasks (method §4.2, §4.3): checked by code, recorded with every reply, and opened for their scores variant by variant. */
import type { Pool, PoolClient } from 'pg';
import type { JsonObject } from '../../domain/json.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { type AskedReply, AugmentReply, TaskOrder, WriterReply } from '../../domain/task/schema.ts';
import {
  type CheckedVariant,
  taskProblems,
  variantId,
  variantsOf,
  type WrittenTask,
  writtenTask,
} from '../../domain/task/variants.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { type BodyReader, createBodyReader, saveValue, toBody } from './blobs.ts';
import { type ChainItemRow, requireChainItem } from './chain-item.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { loadOwn, loadReply } from './stored-body.ts';
import type { TaskStoreActivities } from './task-contract.ts';
import { variantOrdinal } from './task-place.ts';
import { requireStage } from './task-plan.ts';

type Input = Parameters<TaskStoreActivities['recordTask']>[0];
type Result = Awaited<ReturnType<TaskStoreActivities['recordTask']>>;

/** Records the task and opens its variants; one that is closed is left as it is. See TaskStoreActivities. */
export async function recordTask(pool: Pool, input: Input): Promise<Result> {
  const { runId, id } = input;
  const { tasks } = requireStage(await loadRunConfig(pool, runId), runId);
  return transaction(pool, async (client) => {
    const row = await requireChainItem(client, { runId, kind: 'task', id });
    if (row.outcome !== undefined) return { outcome: row.outcome, variants: await countVariants(client, input) };
    const read = createBodyReader(client);
    const task = await loadTask(read, { input, row });
    const [problem] = taskProblems(task);
    const asked = await loadAugmentations(read, input);
    const outcome: Outcome =
      problem === undefined ? { status: 'ok' } : { status: 'rejected', rule: problem.rule, detail: problem.detail };
    // Replies as they were validated: JSON throughout.
    const verdict = { written: task.written, augmentations: asked } as unknown as JsonObject;
    await query(client, "update item set verdict = $3 where run_id = $1 and kind = 'task' and id = $2", [
      runId,
      id,
      await saveValue(client, verdict),
    ]);
    const variants = problem === undefined ? variantsOf(task, asked, tasks.augment.variations) : [];
    await openVariants(client, { input, row, variants });
    await closeItem(client, { runId, kind: 'task', id, outcome });
    return { outcome, variants: variants.length };
  });
}

async function loadTask(read: BodyReader, { input, row }: { input: Input; row: ChainItemRow }): Promise<WrittenTask> {
  const order = await loadOwn(read, row.body, TaskOrder);
  const [server, reply] = await Promise.all([
    loadOwn(read, order.server, PoolServer),
    loadReply(read, input.reply, WriterReply),
  ]);
  return { id: input.id, server, order, written: writtenTask(order, reply) };
}

async function loadAugmentations(read: BodyReader, { augmentations }: Input): Promise<AskedReply[]> {
  return Promise.all(
    augmentations.map(async ({ reply, ...asked }) => ({ ...asked, reply: await loadReply(read, reply, AugmentReply) })),
  );
}

async function openVariants(
  client: PoolClient,
  { input, row, variants }: { input: Input; row: ChainItemRow; variants: readonly CheckedVariant[] },
): Promise<void> {
  const { runId, id: parentId } = input;
  const items = variants.map(({ variant, problem }, index): NewItem => {
    const outcome = problem === null ? undefined : ({ status: 'rejected', ...problem } as const);
    return {
      id: variantId(variant),
      parentId,
      ordinal: variantOrdinal(row.ordinal, index),
      body: toBody(variant as JsonObject), // as above
      ...(outcome === undefined ? {} : { outcome }),
    };
  });
  await insertItems(client, { runId, kind: 'variant', items });
}

async function countVariants(client: PoolClient, { runId, id }: Input): Promise<number> {
  const [row] = await query<{ variants: number }>(
    client,
    "select count(*) as variants from item where run_id = $1 and kind = 'variant' and parent_id = $2",
    [runId, id],
  );
  return row?.variants ?? 0;
}
