/**
 * A task as a policy meets it: its environment, the irrelevant tools that are drawn for this occasion, the list in which
 * both are shown, and the first prompt.
 */
import { Environment, type ProvenTool } from '../../domain/environment/schema.ts';
import type { JsonObject } from '../../domain/json.ts';
import { seededRng } from '../../domain/random.ts';
import type { RewardEnvironment } from '../../domain/reward/environment.ts';
import { drawIrrelevant } from '../../domain/rl/irrelevant-tools.ts';
import type { PlannedTask, TrainingPlan } from '../../domain/rl/schema.ts';
import { shownList, type ToolView } from '../../domain/rl/shown-tools.ts';
import { DomainError } from '../failures.ts';
import type { TrainingStore } from './contract.ts';
import { createTaskRoom, type RunTool, type TaskRoom } from './task-room.ts';

export interface PreparedTask {
  readonly environment: Environment;
  readonly room: TaskRoom;
  readonly messages: readonly JsonObject[];
  readonly tools: readonly JsonObject[];
  readonly shown: readonly string[];
  readonly irrelevant: readonly string[];
}

export interface Occasion {
  readonly plan: TrainingPlan;
  readonly task: PlannedTask;
  /** Irrelevant tools per band, and what they and their order are drawn by. */
  readonly perBand: number;
  readonly seed: string;
  readonly view: ToolView;
  /** Lists irrelevant tools alone. */
  readonly toolsMissing?: boolean;
}

/** Loads and lays out a task; fails with Store.NotFound or Domain.Invalid. */
export async function prepareTask(store: TrainingStore, runTool: RunTool, occasion: Occasion): Promise<PreparedTask> {
  const { plan, task, perBand, view } = occasion;
  const environment = await loadEnvironment(store, task.body);
  const rng = seededRng(occasion.seed);
  const others = await irrelevantTools(store, plan, drawIrrelevant(rng, task.bands, perBand));
  const own = occasion.toolsMissing === true ? [] : environment.tools;
  const documents = [...own, ...others].map(({ document }) => document);
  const tools = shownList(rng, documents, view);
  return {
    environment,
    room: createTaskRoom(rewardEnvironmentOf({ ...environment, tools: [...own] }, others), runTool),
    messages: [{ role: 'user', content: environment.question }],
    tools,
    shown: tools.map(({ name }) => String(name)),
    irrelevant: others.map(({ document }) => document.name),
  };
}

/** The proven tools at places of the pool, without a second one of a name. */
export async function irrelevantTools(
  store: TrainingStore,
  { pool }: TrainingPlan,
  places: readonly number[],
): Promise<ProvenTool[]> {
  const tools = await Promise.all(
    places
      .flatMap((place) => pool[place] ?? [])
      .map(async ({ body, name }) => {
        const { tools: own } = await loadEnvironment(store, body);
        return own.filter(({ document }) => document.name === name).slice(0, 1);
      }),
  );
  return [...new Map(tools.flat().map((tool) => [tool.document.name, tool])).values()];
}

export async function loadEnvironment(store: TrainingStore, body: string): Promise<Environment> {
  const read = Environment.safeParse(await store.loadBody(body));
  if (read.success) return read.data;
  throw new DomainError(`The stored environment ${body} does not fit its schema: ${read.error.message.slice(0, 300)}`);
}

function rewardEnvironmentOf({ id, tools }: Environment, others: readonly ProvenTool[]): RewardEnvironment {
  const own = tools.map(({ document, code, cases }) => ({
    name: document.name,
    code,
    golds: cases.map(({ gold }) => gold),
  }));
  const listed = others.map(({ document, code }) => ({ name: document.name, code, golds: [] }));
  return { id, tools: new Map([...listed, ...own].map((tool) => [tool.name, tool])), comparison: 'value' };
}
