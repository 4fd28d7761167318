/**
 * Proving tools (method §8.4 to §8.6): the acceptance rules, run against the sandbox.
 * A tool that fails is a result, never an exception; only a broken sandbox or store is one (Sandbox.Infra, Store.*).
 * Safe to repeat: the same candidate always gets the same verdict and the same ids.
 */

import type { Blame } from '../../domain/environment/schema.ts';
import type { BlobHash, EnvironmentId, InstanceId, RunId, ToolId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { StatefulPart } from '../../domain/stateful/finding.ts';
import type { StatefulBlame } from '../../domain/stateful/schema.ts';

/** Replies a candidate is made of; all are stored bodies. */
export interface CandidateRefs {
  /** ToolDocumentReply of environment/tool-document, before complexity scaling. */
  readonly draft: BlobHash | null;
  /** ToolDocumentReply after it. */
  readonly document: BlobHash;
  /** ToolCallReply. */
  readonly call: BlobHash;
  /** ToolImplementationReply. */
  readonly code: BlobHash;
}

export interface ProvenRefs extends CandidateRefs {
  readonly toolId: ToolId;
  /** ProvenTool. */
  readonly tool: BlobHash;
  /** Nodes it answers. */
  readonly nodes: readonly number[];
}

/** What the writers are told, by the part they write; at most 2 KB each. The implementation writer never sees a call. */
export type Feedback = { readonly [Part in Blame]: readonly string[] };

export type ProofOutcome =
  | { readonly status: 'accepted'; readonly proven: ProvenRefs }
  | {
      readonly status: 'refused';
      /** Rules that failed, in order, for example ["leak", "gold_call"]. */
      readonly rules: readonly string[];
      readonly blame: readonly Blame[];
      readonly feedback: Feedback;
    };

export interface ProofActivities {
  /** All nine acceptance rules on one node's candidate (§8.4). Typically 0.1 to 1 s. */
  proveTool(input: {
    runId: RunId;
    instanceId: InstanceId;
    instance: BlobHash;
    nodeId: number;
    candidate: CandidateRefs;
  }): Promise<ProofOutcome>;
  /** The union of the merged tool's document and a new member's, leak-scanned for all of their answers (§8.5). */
  uniteDocuments(input: {
    runId: RunId;
    instance: BlobHash;
    base: BlobHash;
    member: BlobHash;
  }): Promise<{ status: 'united'; document: BlobHash } | { status: 'refused'; rules: readonly string[] }>;
  /** All rules for every member on the merged code, and no member's call may return another's answer (§8.5). */
  proveMerge(input: {
    runId: RunId;
    instanceId: InstanceId;
    instance: BlobHash;
    /** The tool that is extended: its cases keep their calls. */
    base: BlobHash;
    /** The member that is inserted, proven by itself before. */
    member: BlobHash;
    /** Its call on the merged document. */
    call: BlobHash;
    document: BlobHash;
    code: BlobHash;
    intent: string;
  }): Promise<ProofOutcome>;
  /**
   * Names made unique, all gold calls replayed twice on the final artefact, the environment row written (§8.5, §8.6).
   * Closes the instance with what came of it.
   */
  assembleEnvironment(input: {
    runId: RunId;
    instanceId: InstanceId;
    instance: BlobHash;
    tools: readonly BlobHash[];
    /** Nodes whose tool could not be proven; they leave the environment with their dependants. */
    dropped: readonly number[];
  }): Promise<
    | { status: 'accepted'; id: EnvironmentId; body: BlobHash; replayHash: string }
    | { status: 'refused'; rule: string; detail: string }
  >;
  /** Replays the next environments that came from files and closes them; `next` is null at the end. */
  importEnvironments(input: { runId: RunId; after: number }): Promise<{ next: number | null }>;
  /**
   * Further environments from the next finished ones, without a model: other valid arguments, new answers by the tools
   * themselves, all rules anew (§8.1). At most `wanted` from each; repeating it makes the same ones. `next` is the place
   * to go on from; null at the end.
   */
  augmentEnvironments(input: { runId: RunId; after: number; wanted: number }): Promise<{
    made: number;
    refused: { readonly [rule: string]: number };
    next: number | null;
  }>;
}

/** What proving needs of the store. */
export interface ProofStore {
  loadBody(hash: BlobHash): Promise<unknown>;
  /** Stores canonical JSON text once; returns its hash. */
  saveBody(text: string): Promise<BlobHash>;
  /** Keeps the rule results of an attempt for explain, audit and the yield statistics; repeating it changes nothing. */
  recordProof(proof: {
    runId: RunId;
    instanceId: InstanceId;
    nodes: readonly number[];
    candidateHash: string;
    accepted: boolean;
    results: BlobHash;
    rules: readonly string[];
  }): Promise<void>;
  /** Records what became of an instance; the first outcome stays. */
  closeInstance(closing: {
    runId: RunId;
    id: InstanceId;
    outcome: Outcome;
    result?: { readonly id: EnvironmentId; readonly body: BlobHash };
  }): Promise<void>;
  /** Instances that became environments, and were not made from others, after an ordinal; in plan order. */
  finishedInstances(runId: RunId, after: number, limit: number): Promise<readonly FinishedInstance[]>;
  /** Open instances that came with their environment, after an ordinal; in plan order, at most 25. */
  importedInstances(runId: RunId, after: number): Promise<readonly ImportedInstance[]>;
  /** Adds an instance that was made from another one, closed with its environment; repeating it changes nothing. */
  addInstance(added: {
    runId: RunId;
    from: InstanceId;
    instance: { readonly id: InstanceId; readonly body: BlobHash };
    result: { readonly id: EnvironmentId; readonly body: BlobHash };
  }): Promise<void>;
  /** Score of an instance, or null when it came without. */
  scoreOf(runId: RunId, instanceId: InstanceId): Promise<number | null>;
}

/** A finished instance that further ones can be made from. */
export interface FinishedInstance {
  readonly id: InstanceId;
  readonly ordinal: number;
  /** Question that it is a decomposition of. */
  readonly question: string;
  readonly body: BlobHash;
  readonly environment: BlobHash;
}

/** An instance that came with its environment. */
export type ImportedInstance = Pick<FinishedInstance, 'id' | 'ordinal' | 'environment'>;

/** What became of a candidate with state. */
export type StatefulProof =
  | { readonly status: 'accepted'; readonly id: EnvironmentId; readonly body: BlobHash }
  | {
      readonly status: 'refused';
      /** Rules that failed, in order. */
      readonly rules: readonly string[];
      readonly blames: readonly StatefulBlame[];
      /** What each writer is told. The module's writer learns nothing of the plan, the plan's nothing of the module. */
      readonly feedback: { readonly [Part in StatefulPart]: readonly string[] };
    };

/** Proving environments with state (ours): the gold sequence and everything that must not reach its goal, in episodes. */
export interface StatefulProofActivities {
  /** All rules of an environment with state; an accepted one is stored as its row. Typically 0.5 to 2 s. */
  proveStateful(input: {
    runId: RunId;
    scenarioId: string;
    /** Scenario. */
    scenario: BlobHash;
    /** DesignReply. */
    design: BlobHash;
    /** PlanReply. */
    plan: BlobHash;
    /** ToolImplementationReply. */
    code: BlobHash;
  }): Promise<StatefulProof>;
}
