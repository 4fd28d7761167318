/**
 * The store (ours): Postgres holds every body once, by its hash, and what became of every item.
 * All activities here are short (well below 30 s), safe to repeat, and fail with Store.Constraint or Store.BadInput
 * (never retried) or Store.Unavailable (retried without end: work waits while Postgres is away).
 */
import type { ChainOperator } from '../../domain/graph/operators.ts';
import type { BlobHash, InstanceId, QuestionId, RunId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import type { Outcome, OutcomeCounts } from '../../domain/run/outcome.ts';
import type { TrainingSettings } from '../../domain/run/training/settings.ts';
import type { Trajectories } from '../../domain/run/trajectories/schema.ts';
import type { AugmentationMode, TaskMode } from '../../domain/task/schema.ts';

/** What a stage walks: source questions, then decomposed instances, then scenarios. */
export type ItemKind = 'question' | 'instance' | 'scenario';

/** What chain building walks: tool servers, the graph of each that is in the pool, the chains over it. */
export type ChainKind = 'server' | 'graph' | 'chain';

/** What trajectory synthesis walks after the chains: requests for tasks, their variants, the episodes played for them. */
export type TrajectoryKind = 'task' | 'variant' | 'episode';

export type StoredKind = ItemKind | ChainKind | TrajectoryKind;

/** The few settings workflows decide by; the whole configuration stays in the store. */
export interface RunSettings {
  readonly runId: RunId;
  readonly configHash: string;
  readonly partitions: number;
  readonly window: number;
  readonly failureBudget: number;
  readonly attempts: { readonly reask: number; readonly inner: number; readonly outer: number; readonly merge: number };
  readonly merge: boolean;
  readonly dropFailedNodes: boolean;
  /** Further environments per finished one; absent in runs from before there were any. */
  readonly augment?: number;
  readonly stopAfter: 'scores' | 'environments';
  readonly gates: readonly string[];
  readonly stages: { readonly environments: boolean; readonly trajectories: boolean };
  /** Null without the stage. */
  readonly chains: ChainSettings | null;
  /** Null without the stage. */
  readonly trajectories: TrajectorySettings | null;
  /** Absent when the run trains nothing. */
  readonly training?: TrainingSettings;
}

/** How tasks and episodes are walked (§4, §5, §7); what only an activity decides by stays in the store. */
export interface TrajectorySettings {
  readonly stopAfter: 'chains' | 'tasks' | 'trajectories';
  readonly tasks: {
    readonly augment: readonly AugmentationMode[];
    /** Asked for in one reply. */
    readonly variations: number;
    readonly personasPerTask: number;
    readonly measureNecessity: boolean;
    readonly reask: number;
  };
  readonly episodes: Pick<
    Trajectories['episodes'],
    'maxCalls' | 'maxContextTokens' | 'attempts' | 'failures' | 'recordings' | 'reask'
  >;
  readonly judging: { readonly repeatShare: number; readonly reask: number };
}

/** How chains are proposed and verified (§3). */
export interface ChainSettings {
  readonly samples: number;
  readonly operators: readonly ChainOperator[];
  readonly votes: number;
  readonly backTranslations: number;
  readonly reask: number;
}

export interface ClaimedItem {
  readonly id: string;
  /** Position in the plan: the order of every export. */
  readonly ordinal: number;
  readonly body: BlobHash;
  /** How often the item was re-opened: later rounds ask under new sample numbers. */
  readonly round: number;
  /** Question: true when the row already is a decomposition, so that no model is asked for one. */
  readonly imported: boolean;
  /** Instance: ids of the nodes that need a tool; empty for a question. */
  readonly toolNodes: readonly number[];
  /** Graph: requests that one sample of its tools is split into; null for every other kind. */
  readonly slices?: number | null;
  /** Chain, task, variant, episode: its server as it stands in the pool. */
  readonly server?: BlobHash | null;
  /** Task: for a chain, or for a number of tools. */
  readonly mode?: TaskMode;
}

export interface RecordedInstance {
  readonly id: InstanceId;
  readonly body: BlobHash;
  /** Ids of nodes that have dependencies: these get a dependency check. */
  readonly dependent: readonly number[];
}

export interface StoreActivities {
  /** Validates the configuration and opens (or re-attaches to) the run. Fails with Config.Invalid or Config.Changed. */
  openRun(input: { runId: RunId; config: Json }): Promise<RunSettings>;
  /** Reads all sources once and writes their items; repeating it changes nothing. Fails with Config.Invalid. */
  planEnvironments(input: { runId: RunId }): Promise<{
    questions: number;
    scenarios: number;
    /** Finished ones that come from files. */
    environments?: number;
    rejected: number;
  }>;
  /** The next open items of one partition after an ordinal, at most 50, in plan order. */
  claimItems(input: {
    runId: RunId;
    kind: StoredKind;
    partition: number;
    partitions: number;
    after: number;
    limit: number;
  }): Promise<{ items: readonly ClaimedItem[] }>;
  /**
   * Normalises a reply of decomposition/decompose (or an imported row): accepted instances become items, each refused
   * one is kept with its rule (§8.1). Closes the question.
   */
  recordDecompositions(input: { runId: RunId; questionId: QuestionId; reply: BlobHash | null }): Promise<{
    instances: readonly RecordedInstance[];
    rejected: number;
  }>;
  /**
   * Records necessity and the four checks of an instance (§8.2, §8.3); a missing check is unresolved, never a pass.
   * Returns the score, or why there is none: then the instance is closed with that outcome.
   */
  recordScores(input: {
    runId: RunId;
    instanceId: InstanceId;
    necessity: BlobHash | null;
    checks: {
      readonly dependency: readonly { readonly node: number; readonly reply: BlobHash | null }[];
      readonly atomicity: BlobHash | null;
      readonly serialization: BlobHash | null;
      readonly completeness: BlobHash | null;
    } | null;
    /** Why a check has no reply, when one has none. */
    unresolved: readonly string[];
  }): Promise<{ outcome: Outcome; score: number | null; toolNodes: readonly number[] }>;
  /** Decides over all scored instances of the run which go on (§8.3). Repeating it decides the same. */
  selectInstances(input: { runId: RunId }): Promise<{ scored: number; selected: number; threshold: number | null }>;
  /** Records what became of an item, with its result when it has one. */
  closeItem(input: {
    runId: RunId;
    kind: StoredKind;
    id: string;
    outcome: Outcome;
    result?: { readonly id: string; readonly body: BlobHash };
  }): Promise<void>;
  /** Shows phase and state of the run to readers that have no Temporal. */
  setPhase(input: { runId: RunId; phase: string; status: RunStatus; note?: string }): Promise<void>;
  /** Raises the budget when one is given and opens the run's failed items again, for a parked run that was corrected. */
  applyCorrection(input: { runId: RunId; kind: StoredKind; budget?: Budget }): Promise<{ reopened: number }>;
  /** Items of a kind per outcome key, with the number still open under "open". */
  countItems(input: { runId: RunId; kind: StoredKind }): Promise<OutcomeCounts>;
}

/** New caps; an absent one stays as it is. */
export interface Budget {
  readonly maxCost?: number;
  readonly maxTokens?: number;
}

export type RunStatus =
  | 'running'
  | 'paused'
  | 'awaiting_approval'
  | 'awaiting_correction'
  | 'completed'
  | 'failed'
  | 'cancelled';
