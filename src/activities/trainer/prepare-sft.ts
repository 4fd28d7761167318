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
import { type EnvironmentReader, environmentReader, irrelevantTools } from './prepare-task.ts';
import type { TrainingDesk } from './training-desk.ts';

/** Where a file of rows lies. */
export function datasetPath(folder: string, sha256: string): string {
  return join(folder, `sft-${sha256}.jsonl`);
}

export async function prepareSft(
  desk: TrainingDesk,
  { runId, plan: hash }: { runId: RunId; plan: BlobHash },
  signal?: AbortSignal,
): Promise<PreparedSft> {
  const { sft, rl, seed } = await desk.store.config(runId);
  if (sft === undefined) throw new ConfigError('Invalid', `run "${runId}" has no stage "sft"`);
  const plan = TrainingPlan.parse(await desk.store.loadBody(hash));
  const view = sft.toolView ?? (rl ?? Rl.parse({})).toolView;
  const portions =
    sft.data === 'trajectories'
      ? [(await desk.store.selectedConversations(runId)).map((row) => conversationRow(row, view))]
      : environmentRows(desk, plan, { sft, view, seed: `${seed}/sft` });
  let rows = 0;
  const texts = async function* (): AsyncGenerator<string> {
    for await (const portion of portions) {
      signal?.throwIfAborted();
      rows += portion.length;
      yield portion.map((row) => `${JSON.stringify(row)}\n`).join('');
    }
    if (rows > 0) return;
    throw new ConfigError('Invalid', `run "${runId}" has no row for SFT: sft.data is "${sft.data}", and there is none`);
  };
  const { sha256 } = await writeHashed(desk.folder, texts(), (sha) => `sft-${sha}.jsonl`);
  return { dataset: sha256, rows };
}

interface RowRule {
  readonly sft: Sft;
  readonly view: ToolView;
  readonly seed: string;
}

/** A portion has one conversation of each environment; writing it lets heartbeats go out before the next is made. */
async function* environmentRows(
  { store }: TrainingDesk,
  plan: TrainingPlan,
  rule: RowRule,
): AsyncGenerator<JsonObject[]> {
  const read = environmentReader(store);
  const environments = await Promise.all(plan.training.map(({ body }) => read(body)));
  const lookups = environments.flatMap((one) => (isStateful(one) ? [] : [one]));
  const pools = namePools(rule.sft.rename ? lookups : []);
  for (let copy = 0; copy < rule.sft.perEnvironment; copy++) {
    const rows: JsonObject[] = [];
    for (const task of plan.training) rows.push(await environmentRow(read, { plan, task, copy, pools }, rule));
    yield rows;
  }
}

async function environmentRow(
  read: EnvironmentReader,
  { plan, task, copy, pools }: { plan: TrainingPlan; task: PlannedTask; copy: number; pools: NamePools },
  { sft, view, seed }: RowRule,
): Promise<JsonObject> {
  const rng = seededRng(`${seed}/${task.id}/${copy}`);
  const environment = await read(task.body);
  const drawn = drawIrrelevant(rng, task.bands, sft.irrelevant).slice(0, sft.irrelevant);
  const others = await irrelevantTools(read, plan, drawn);
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
