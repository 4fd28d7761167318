/** A turn of an agent that has tools (method §5.1): what it is given, and what comes of it. */
import type { CallProblem } from '../../domain/episode/schema.ts';
import type { TurnResult } from '../../domain/episode/turn-result.ts';
import type { BlobHash, RunId } from '../../domain/ids.ts';

/** One turn of an agent with tools (§5.1): what happened since its last one, and the conversation up to there. */
export interface ConverseRequest {
  readonly runId: RunId;
  /** Id of the episode; kept in the call record. */
  readonly subject: string;
  /** The tools as the agent is shown them. */
  readonly tools: BlobHash;
  readonly conversation: BlobHash;
  /** Results of all calls of the last turn, in their order; empty when it made none. */
  readonly results: readonly TurnResult[];
  /** Reply of the simulated user, when it is its turn. */
  readonly said: BlobHash | null;
  readonly sample: number;
  readonly limits: {
    /** Calls of the model that the episode has left. */
    readonly calls: number;
    /** Tokens of one request, history included. */
    readonly contextTokens: number;
  };
}

/** `conversation` holds everything that is known by then, and may be continued in every case. */
export type ConverseOutcome =
  | {
      readonly status: 'said';
      readonly conversation: BlobHash;
      /** Empty: the turn is an answer. */
      readonly calls: readonly AgentCall[];
    }
  /** Nothing that can stand in a conversation; asked again under the next sample number. */
  | { readonly status: 'unusable'; readonly why: 'empty_reply' | 'length'; readonly conversation: BlobHash }
  /** Nobody was asked. */
  | { readonly status: 'stopped'; readonly why: 'call_budget' | 'token_budget'; readonly conversation: BlobHash };

/** A call of the agent: the stored request, or why no tool is asked. */
export type AgentCall = { readonly id: string; readonly name: string } & (
  | { readonly request: BlobHash; readonly problem: null }
  | { readonly request: null; readonly problem: CallProblem }
);

export interface ConverseActivities {
  /**
   * Continues a conversation by one turn of the agent, which is one billable call: recorded, paid and repeated like `ask`,
   * failing like it. Fails with Domain.Invalid when results and calls do not belong together.
   */
  converse(request: ConverseRequest): Promise<ConverseOutcome>;
}
