/** Variants of tasks (method §4.4, §5.4): gated by rules and scores, then given the scripts that their episodes need. */
import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import type { RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import { judgeVariant } from '../../domain/task/judge-variant.ts';
import { drawKind, isScripted, type ScriptedKind } from '../../domain/task/kinds.ts';
import { ScoreReply, ScriptReply, TaskVariant, WithoutToolsReply } from '../../domain/task/schema.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { StoreError } from '../failures.ts';
import { createBodyReader, saveValue } from './blobs.ts';
import { requireChainItem } from './chain-item.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { loadOwn, loadReply } from './stored-body.ts';
import type { TaskStoreActivities, WantedScript } from './task-contract.ts';
import { requireStage } from './task-plan.ts';

type Input<Name extends keyof TaskStoreActivities> = Parameters<TaskStoreActivities[Name]>[0];

/** What is kept of a variant's judgement: every reply, so that it can be judged again. */
export const VariantVerdict = z.strictObject({
  scores: ScoreReply,
  withoutTools: WithoutToolsReply.nullable(),
  scripts: z.array(
    z.strictObject({
      n: z.int(),
      kind: z.custom<ScriptedKind>(),
      reply: ScriptReply.nullable(),
      why: z.string().nullable(),
    }),
  ),
});
export type VariantVerdict = z.infer<typeof VariantVerdict>;

/** Gates a variant; one that is closed keeps its outcome. See TaskStoreActivities. */
export async function recordVariant(
  pool: Pool,
  { runId, id, ...replies }: Input<'recordVariant'>,
): Promise<{ outcome: Outcome; scripts: readonly WantedScript[] }> {
  const config = await loadRunConfig(pool, runId);
  const { thresholds } = requireStage(config, runId).tasks;
  return transaction(pool, async (client) => {
    const row = await requireChainItem(client, { runId, kind: 'variant', id });
    if (row.outcome !== undefined) return { outcome: row.outcome, scripts: [] };
    const read = createBodyReader(client);
    const variant = await loadOwn(read, row.body, TaskVariant);
    const [server, scores, withoutTools] = await Promise.all([
      loadOwn(read, variant.server, PoolServer),
      loadReply(read, replies.score, ScoreReply),
      loadReply(read, replies.withoutTools, WithoutToolsReply),
    ]);
    if (scores === null) throw new StoreError('BadInput', `Variant "${id}" came without its scores`);
    const outcome = judgeVariant({ server, variant, scores, withoutTools }, thresholds);
    await saveVerdict(client, { runId, id, verdict: { scores, withoutTools, scripts: [] } });
    const scripts = outcome.status === 'ok' ? wantedScripts(id, server.tools.length, config) : [];
    if (scripts.length === 0) await closeItem(client, { runId, kind: 'variant', id, outcome });
    return { outcome, scripts };
  });
}

/** Records the scripts and closes the variant. See TaskStoreActivities. */
export async function recordScripts(pool: Pool, { runId, id, scripts }: Input<'recordScripts'>): Promise<Outcome> {
  return transaction(pool, async (client) => {
    const row = await requireChainItem(client, { runId, kind: 'variant', id });
    if (row.outcome !== undefined) return row.outcome;
    if (row.verdict === null) throw new StoreError('BadInput', `Variant "${id}" has scripts before its scores`);
    const read = createBodyReader(client);
    const [verdict, ...replies] = await Promise.all([
      loadOwn(read, row.verdict, VariantVerdict),
      ...scripts.map(async ({ reply, ...script }) => ({ ...script, reply: await loadReply(read, reply, ScriptReply) })),
    ]);
    await saveVerdict(client, { runId, id, verdict: { ...verdict, scripts: replies } });
    const outcome: Outcome = { status: 'ok' };
    await closeItem(client, { runId, kind: 'variant', id, outcome });
    return outcome;
  });
}

/** Kinds of a variant's episodes whose users need a script; none when nothing is played. */
function wantedScripts(id: string, tools: number, { seed, trajectories }: RunConfig): WantedScript[] {
  if (trajectories === undefined || trajectories.stopAfter === 'tasks') return [];
  const { perTask, kinds } = trajectories.episodes;
  return Array.from({ length: perTask }, (_, n) => n).flatMap((n): WantedScript[] => {
    const kind = drawKind({ seed, variant: id, n, tools }, kinds);
    return kind !== null && isScripted(kind) ? [{ n, kind }] : [];
  });
}

async function saveVerdict(
  client: PoolClient,
  { runId, id, verdict }: { runId: RunId; id: string; verdict: VariantVerdict },
): Promise<void> {
  const hash = await saveValue(client, verdict as JsonObject); // made of texts and numbers
  await query(client, "update item set verdict = $3 where run_id = $1 and kind = 'variant' and id = $2", [
    runId,
    id,
    hash,
  ]);
}
