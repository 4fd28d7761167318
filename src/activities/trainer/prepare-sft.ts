/**
 * The rows of SFT as a file (method §9): conversations of the training environments made by code, or the trajectories
 * that judges selected. Equal plans and settings give equal bytes.
 */
import { join } from 'node:path';
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { seededRng } from '../../domain/random.ts';
import { conversationRow } from '../../domain/rl/conversation-row.ts';
import { drawIrrelevant } from '../../domain/rl/irrelevant-tools.ts';
import { drawNames, type NamePools, namePools, renameIn } from '../../domain/rl/renaming.ts';
import { type PlannedTask, TrainingPlan } from '../../domain/rl/schema.ts';
import { shownList, type ToolView } from '../../domain/rl/shown-tools.ts';
import { documentsOf, isStateful } from '../../domain/rl/task-environment.ts';
import { noFaults, type ProvenCall, refusalMessages, traceMessages } from '../../domain/rl/traces.ts';
import { Rl, type Sft } from '../../domain/run/training/schema.ts';
import { ConfigError } from '../failures.ts';
import { writeHashed } from './batch-file.ts';
import type { PreparedSft } from './contract.ts';
import { irrelevantTools, loadEnvironment } from './prepare-task.ts';
import type { TrainingDesk } from './training-desk.ts';

/** Where a file of rows lies. */
export function datasetPath(folder: string, sha256: string): string {
  return join(folder, `sft-${sha256}.jsonl`);
}

export async function prepareSft(
  desk: TrainingDesk,
  { runId, plan: hash }: { runId: RunId; plan: BlobHash },
): Promise<PreparedSft> {
  const { sft, rl, seed } = await desk.store.config(runId);
  if (sft === undefined) throw new ConfigError('Invalid', `run "${runId}" has no stage "sft"`);
  const plan = TrainingPlan.parse(await desk.store.loadBody(hash));
  const view = sft.toolView ?? (rl ?? Rl.parse({})).toolView;
  const rows =
    sft.data === 'trajectories'
      ? (await desk.store.selectedConversations(runId)).map((row) => conversationRow(row, view))
      : await environmentRows(desk, plan, { sft, view, seed: `${seed}/sft` });
  if (rows.length === 0)
    throw new ConfigError('Invalid', `run "${runId}" has no row for SFT: sft.data is "${sft.data}", and there is none`);
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const { sha256 } = await writeHashed(desk.folder, Buffer.from(text), (sha) => `sft-${sha}.jsonl`);
  return { dataset: sha256, rows: rows.length };
}

interface RowRule {
  readonly sft: Sft;
  readonly view: ToolView;
  readonly seed: string;
}

async function environmentRows(desk: TrainingDesk, plan: TrainingPlan, rule: RowRule): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  const environments = await Promise.all(plan.training.map(({ body }) => loadEnvironment(desk.store, body)));
  const lookups = environments.flatMap((one) => (isStateful(one) ? [] : [one]));
  const pools = namePools(rule.sft.rename ? lookups : []);
  for (let copy = 0; copy < rule.sft.perEnvironment; copy++)
    for (const task of plan.training) rows.push(await environmentRow(desk, { plan, task, copy, pools }, rule));
  return rows;
}

async function environmentRow(
  { store }: TrainingDesk,
  { plan, task, copy, pools }: { plan: TrainingPlan; task: PlannedTask; copy: number; pools: NamePools },
  { sft, view, seed }: RowRule,
): Promise<JsonObject> {
  const rng = seededRng(`${seed}/${task.id}/${copy}`);
  const environment = await loadEnvironment(store, task.body);
  const drawn = drawIrrelevant(rng, task.bands, sft.irrelevant).slice(0, sft.irrelevant);
  const others = await irrelevantTools(store, plan, drawn);
  const proven = others.flatMap(({ cases }) =>
    cases.map(({ nodeId: node, call, output }): ProvenCall => ({ node, call, output })),
  );
  if (seededRng(`${seed}/missing/${task.id}/${copy}`)() < sft.missingTools) {
    const listed = others.map(({ document }) => document);
    return { messages: refusalMessages(environment), tools: shownList(rng, listed, view), phase: phaseOf(copy, sft) };
  }
  const phase = phaseOf(copy, sft);
  const messages = traceMessages({ environment, others: proven }, phase === 0 ? noFaults : sft.faults, rng);
  const documents = [...documentsOf(environment), ...others.map(({ document }) => document)];
  // Ids that a module gives out are made of its names: in a conversation with state they would no longer fit.
  const keeps = copy === 0 || isStateful(environment);
  const names = keeps ? new Map<string, string>() : drawNames(environment, pools, rng);
  return { messages: renameIn(messages, names), tools: shownList(rng, documents, view), phase };
}

/** Conversations with faults come last. */
function phaseOf(copy: number, { cleanShare, perEnvironment }: Sft): 0 | 1 {
  return copy < Math.round(cleanShare * perEnvironment) ? 0 : 1;
}
