/**
 * Asking a model (method §1.2, §1.3): one activity is one billable call.
 *
 * Covered: prompt rendering, cache by request, budget, error classes, strict validation of the reply, the call record.
 * Not covered: asking again after an unusable reply; the workflow does that with the next sample number.
 */
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
   * Provider.Budget (never retried).
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
  readonly finishReason: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In the currency of the prices. */
  readonly cost: number;
  readonly latencyMs: number;
  readonly attempt: number;
}

/** What the llm activity needs of the store: facts in, one transaction out. */
export interface CallStore {
  /** The models of the run, and the bodies behind the hashes; throws Store.NotFound for an unknown one. */
  loadFacts(runId: RunId, facts: Readonly<Record<string, BlobHash>>): Promise<JsonObject>;
  models(runId: RunId): Promise<{ seed: number; resolve(role: ResolvedModel['role']): ResolvedModel }>;
  findCall(key: CallKey): Promise<CallRecord | undefined>;
  /** Puts the estimated cost aside; false when the run's cap does not allow it. Repeating it for a key changes nothing. */
  reserve(runId: RunId, key: CallKey, estimate: { cost: number; tokens: number }): Promise<boolean>;
  /** Gives a reservation back after a failed attempt. */
  release(runId: RunId, key: CallKey): Promise<void>;
  /** Records the call (absent: it was answered from the record), who used it, and its validated reply; frees the reservation. */
  recordUse(use: CallUse): Promise<void>;
}

export interface CallUse {
  readonly runId: RunId;
  readonly key: CallKey;
  readonly subject: string;
  readonly workflowId: string;
  readonly prompt: string;
  readonly record?: CallRecord;
  /** The validated reply as canonical JSON text and its hash; absent when it was unusable. */
  readonly reply?: { readonly hash: BlobHash; readonly text: string };
  readonly problems: readonly string[];
}
