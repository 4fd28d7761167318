/**
 * A task as a policy meets it: its environment, the irrelevant tools that are drawn for this occasion, the list in which
 * both are shown, and the first prompt.
 */
import type { Environment, ProvenTool } from '../../domain/environment/schema.ts';
import type { JsonObject } from '../../domain/json.ts';
import { seededRng } from '../../domain/random.ts';
import type { RewardEnvironment } from '../../domain/reward/environment.ts';
import { drawIrrelevant } from '../../domain/rl/irrelevant-tools.ts';
import { type PlannedTask, TaskEnvironment, type TrainingPlan } from '../../domain/rl/schema.ts';
import { shownList, type ToolView } from '../../domain/rl/shown-tools.ts';
import { documentsOf, isStateful, questionOf } from '../../domain/rl/task-environment.ts';
import { DomainError } from '../failures.ts';
import type { TrainingStore } from './contract.ts';
import { createStatefulRoom } from './stateful-room.ts';
import { createTaskRoom, type TaskRoom } from './task-room.ts';
import type { TrainingDesk } from './training-desk.ts';

/** What tasks are played with. */
export type TaskTools = Pick<TrainingDesk, 'store' | 'runTool' | 'openLive'>;

export interface PreparedTask {
  readonly environment: TaskEnvironment;
  /** The room of one rollout; it has to be closed. Calls of one never reach another. */
  openRoom(): TaskRoom;
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
export async function prepareTask(tools: TaskTools, occasion: Occasion): Promise<PreparedTask> {
  const { store } = tools;
  const { plan, task, perBand, view, toolsMissing = false } = occasion;
  const read = environmentReader(store);
  const environment = await read(task.body);
  const rng = seededRng(occasion.seed);
  const others = await irrelevantTools(read, plan, drawIrrelevant(rng, task.bands, perBand));
  const own = toolsMissing ? [] : documentsOf(environment);
  const listed = shownList(rng, [...own, ...others.map(({ document }) => document)], view);
  return {
    environment,
    openRoom: roomsOf(tools, { environment, others, toolsMissing }),
    messages: [{ role: 'user', content: questionOf(environment) }],
    tools: listed,
    shown: listed.map(({ name }) => String(name)),
    irrelevant: others.map(({ document }) => document.name),
  };
}

interface Furnishing {
  readonly environment: TaskEnvironment;
  readonly others: readonly ProvenTool[];
  readonly toolsMissing: boolean;
}

/** Rooms with state are apart; all others are one and the same, since calls in it are pure. */
function roomsOf({ runTool, openLive }: TaskTools, { environment, others, toolsMissing }: Furnishing): () => TaskRoom {
  const own = toolsMissing || isStateful(environment) ? [] : environment.tools;
  const room = createTaskRoom(rewardEnvironmentOf({ id: environment.id, tools: own }, others), runTool);
  if (toolsMissing || !isStateful(environment)) return () => room;
  return () => createStatefulRoom(environment, openLive(environment), room);
}

/** The proven tools at places of the pool, without a second one of a name. */
export async function irrelevantTools(
  read: EnvironmentReader,
  { pool }: TrainingPlan,
  places: readonly number[],
): Promise<ProvenTool[]> {
  const tools = await Promise.all(
    places
      .flatMap((place) => pool[place] ?? [])
      .map(async ({ body, name }) => {
        const environment = await read(body);
        const own = isStateful(environment) ? [] : environment.tools;
        return own.filter(({ document }) => document.name === name).slice(0, 1);
      }),
  );
  return [...new Map(tools.flat().map((tool) => [tool.document.name, tool])).values()];
}

/** An environment by the hash of its body; fails with Store.NotFound or Domain.Invalid. */
export type EnvironmentReader = (body: string) => Promise<TaskEnvironment>;

/** A reader for one piece of work: it loads and checks each environment once. */
export function environmentReader(store: TrainingStore): EnvironmentReader {
  const known = new Map<string, Promise<TaskEnvironment>>();
  return (body) => {
    const environment = known.get(body) ?? loadEnvironment(store, body);
    known.set(body, environment);
    return environment;
  };
}

async function loadEnvironment(store: TrainingStore, body: string): Promise<TaskEnvironment> {
  const read = TaskEnvironment.safeParse(await store.loadBody(body));
  if (read.success) return read.data;
  throw new DomainError(`The stored environment ${body} does not fit its schema: ${read.error.message.slice(0, 300)}`);
}

function rewardEnvironmentOf(
  { id, tools }: { readonly id: string; readonly tools: Environment['tools'] },
  others: readonly ProvenTool[],
): RewardEnvironment {
  const own = tools.map(({ document, code, cases }) => ({
    name: document.name,
    code,
    golds: cases.map(({ gold }) => gold),
  }));
  const listed = others.map(({ document, code }) => ({ name: document.name, code, golds: [] }));
  return { id, tools: new Map([...listed, ...own].map((tool) => [tool.name, tool])), comparison: 'value' };
}
