/** Tasks of a run with their variants, one after the other in plan order: for audits. */
import { z } from 'zod';
import { AskedReply, TaskOrder, TaskVariant, WriterReply } from '../../domain/task/schema.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { type Queryable, query } from './pool.ts';
import { VariantVerdict } from './task-variants.ts';

/** What was stored of a task: what was written, and what each augmentation came to. */
const TaskVerdict = z.object({ written: WriterReply, augmentations: z.array(AskedReply) });

export interface StoredVariant {
  readonly id: string;
  readonly variant: TaskVariant;
  readonly outcome: string;
  readonly verdict: VariantVerdict | null;
}

export interface StoredTask {
  readonly id: string;
  readonly order: TaskOrder;
  readonly server: PoolServer;
  readonly outcome: string;
  /** Null where no writer gave a usable reply. */
  readonly verdict: z.infer<typeof TaskVerdict> | null;
  /** In plan order. */
  readonly variants: readonly StoredVariant[];
}

/** Every task of a run with its variants. */
export async function* eachTask(on: Queryable, runId: string): AsyncGenerator<StoredTask, void> {
  let after = -1;
  let last: { readonly hash: string; readonly server: PoolServer } | undefined;
  for (;;) {
    const [row] = await query<TaskRow>(on, taskSql, [runId, after]);
    if (row === undefined) return;
    const order = TaskOrder.parse(JSON.parse(row.body));
    if (last?.hash !== order.server) last = { hash: order.server, server: await loadServer(on, order.server) };
    const variants = await query<VariantRow>(on, variantsSql, [runId, row.id]);
    yield {
      id: row.id,
      order,
      server: last.server,
      outcome: row.outcome,
      verdict: row.verdict === null ? null : TaskVerdict.parse(JSON.parse(row.verdict)),
      variants: variants.map(toVariant),
    };
    after = row.ordinal;
  }
}

interface TaskRow {
  readonly id: string;
  readonly ordinal: number;
  readonly body: string;
  readonly outcome: string;
  readonly verdict: string | null;
}

type VariantRow = Omit<TaskRow, 'ordinal'>;

function toVariant({ id, body, outcome, verdict }: VariantRow): StoredVariant {
  return {
    id,
    variant: TaskVariant.parse(JSON.parse(body)),
    outcome,
    verdict: verdict === null ? null : VariantVerdict.parse(JSON.parse(verdict)),
  };
}

async function loadServer(on: Queryable, hash: string): Promise<PoolServer> {
  const [row] = await query<{ body: string }>(on, 'select body from blob where hash = $1', [hash]);
  return PoolServer.parse(row === undefined ? null : JSON.parse(row.body));
}

const taskSql = `
  select i.id, i.ordinal, b.body, i.outcome_key as outcome, v.body as verdict
  from item i join blob b on b.hash = i.body left join blob v on v.hash = i.verdict
  where i.run_id = $1 and i.kind = 'task' and i.id like 'task-%' and i.ordinal > $2 order by i.ordinal limit 1`;

const variantsSql = `
  select i.id, b.body, i.outcome_key as outcome, v.body as verdict
  from item i join blob b on b.hash = i.body left join blob v on v.hash = i.verdict
  where i.run_id = $1 and i.kind = 'variant' and i.parent_id = $2 order by i.ordinal`;
