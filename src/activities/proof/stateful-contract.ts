/**
 * Proving environments with state (ours): the gold sequence and everything that must not reach its goal, run in episodes.
 * A candidate that fails is a result, never an exception; only a broken sandbox or store is one. Safe to repeat.
 */
import type { BlobHash, EnvironmentId, RunId } from '../../domain/ids.ts';
import type { StatefulPart } from '../../domain/stateful/finding.ts';
import type { StatefulBlame } from '../../domain/stateful/schema.ts';

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
