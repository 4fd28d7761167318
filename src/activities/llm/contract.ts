/**
 * Asking a model (method §1.2, §1.3): one activity is one billable call.
 *
 * Covered: prompt rendering, cache by request, budget, error classes, strict validation of the reply, the call record.
 * Not covered: asking again after an unusable reply; the workflow does that with the next sample number.
 */
import type { WrittenCall } from '../../domain/episode/read-call.ts';
import type { BlobHash, CallKey, RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ResolvedModel } from '../../domain/run/schema.ts';

export interface AskRequest {
  readonly runId: RunId;
  /** Id of a prompt spec, for example "decomposition/necessity". */
  readonly prompt: string;
  /** Question, instance or node ("inst-…/n3") the call is made for; kept in the call record. */
  readonly subject: string;
  /** Stored bodies by the names the prompt spec gives them. */
  readonly facts: Readonly<Record<string, BlobHash>>;
  readonly params: JsonObject;
  /** Which of several answers to the same request is wanted: 0 for the first ask. */
  readonly sample: number;
  /** Why the previous answer could not be used; shown to the model. At most 2 KB together. */
  readonly feedback: readonly string[];
}

export type AskOutcome =
  | {
      readonly status: 'answered';
      readonly call: CallKey;
      /** The validated reply. */
      readonly reply: BlobHash;
      readonly summary: JsonObject;
      /** True when the answer came from the call record and cost nothing. */
      readonly cached: boolean;
    }
  | {
      readonly status: 'invalid';
      readonly call: CallKey;
      /** Rule of the first problem: "schema_invalid" or an acceptance rule. */
      readonly rule: string;
      /** At most 2 KB together. */
      readonly problems: readonly string[];
      readonly cached: boolean;
    };

export interface LlmActivities {
  /**
   * Asks once and records the call. Safe to repeat: an answer already recorded is returned without a request.
   * Takes as long as the model does (heartbeats meanwhile; cancellation aborts the request).
   * Fails with Provider.RateLimit, Provider.Unavailable, Provider.Auth, Provider.Quota (all retried),
   * Provider.BadRequest, Provider.ModelNotFound, Provider.ContextTooLong, Provider.ContentFilter,
   * Provider.Budget (never retried), Provider.BudgetHeld (retried), Prompt.Invalid, Store.*.
   */
  ask(request: AskRequest): Promise<AskOutcome>;
}

/** A finished request, as it is recorded. */
export interface CallRecord {
  readonly key: CallKey;
  readonly prompt: string;
  readonly promptHash: string;
  readonly model: string;
  /** Host of the endpoint, never its key or query. */
  readonly endpoint: string;
  readonly sample: number;
  /** Canonical JSON text of the request body. */
  readonly request: string;
  readonly content: string;
  /** Thinking text, kept apart from the answer. */
  readonly reasoning: string | null;
  /** Calls of an answer with tools, as the model wrote them; absent for none. */
  readonly calls?: readonly WrittenCall[];
  readonly finishReason: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In the currency of the prices. */
  readonly cost: number;
  readonly latencyMs: number;
  readonly attempt: number;
}

/** The model settings of a run; a run's configuration never changes, so callers may keep them. */
export interface RunModels {
  readonly seed: number;
  resolve(role: ResolvedModel['role']): ResolvedModel;
}

/** What is asked for before a request is sent. */
export interface CallClaim {
  readonly runId: RunId;
  readonly key: CallKey;
  /** Upper bound of what the call may use; set aside until recordUse or release. */
  readonly estimate: { readonly cost: number; readonly tokens: number };
}

export type CallStart =
  | { readonly status: 'recorded'; readonly record: CallRecord }
  | { readonly status: 'reserved' }
  /** The run's cap does not allow the estimate; `reason` names cap, spent, set aside and estimate for people. */
  | {
      readonly status: 'refused';
      readonly reason: string;
      /** True when the estimate would fit if calls in flight gave their reservations back: asked again, not failed. */
      readonly held?: boolean;
    };

/**
 * What the llm activity needs of the store. Facts are content-addressed and settings never change, so the caller keeps
 * both in memory: an ask costs begin + recordUse and, for facts it has not seen, one loadFacts.
 * Every method fails with StoreError: Store.NotFound for an unknown run or body, Store.Unavailable while Postgres is away.
 */
export interface CallStore {
  /** The bodies behind the hashes, under the same names. */
  loadFacts(runId: RunId, facts: Readonly<Record<string, BlobHash>>): Promise<JsonObject>;
  models(runId: RunId): Promise<RunModels>;
  /** Whether the run has ended, so that nobody waits for its answers. */
  isOver(runId: RunId): Promise<boolean>;
  /**
   * One round trip: the recorded call, else the estimate set aside against the run's budget. A recorded call wins over
   * an exhausted budget: it costs nothing. Claiming the same (run, key) again replaces its reservation.
   */
  begin(claim: CallClaim): Promise<CallStart>;
  /** Gives a reservation back after a failed attempt; nothing happens when there is none. */
  release(runId: RunId, key: CallKey): Promise<void>;
  /**
   * One transaction: the call (first writer wins; the run is charged when `record` is present and it was its first use
   * of that key), who used it, and its validated reply; frees the reservation. Safe to repeat.
   */
  recordUse(use: CallUse): Promise<void>;
  /** Stores bodies that no call stands behind. */
  saveBodies(bodies: readonly StoredText[]): Promise<void>;
}

/** Canonical JSON and its hash. */
export interface StoredText {
  readonly hash: BlobHash;
  readonly text: string;
}

export interface CallUse {
  readonly runId: RunId;
  readonly key: CallKey;
  readonly subject: string;
  readonly workflowId: string;
  readonly prompt: string;
  /** Present when a request was sent; absent when the answer came from the record. */
  readonly record?: CallRecord;
  /** The validated reply as canonical JSON text and its hash; absent when it was unusable. */
  readonly reply?: StoredText;
  /** What the reply refers to and is stored with it. */
  readonly bodies?: readonly StoredText[];
  readonly problems: readonly string[];
}
