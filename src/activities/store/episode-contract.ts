/**
 * The store's side of playing episodes (method §5, §7): what one starts with, what remains of it, what its judges said.
 * Short, safe to repeat, failing like the other activities of the store.
 */
import type { StopReason } from '../../domain/episode/schema.ts';
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { JudgeAnswers, JudgedConversation } from '../../domain/judgement/answers.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { FailurePlan } from '../../domain/tool-call/failure-plan.ts';

/** What an episode starts with; small, because it travels through history. */
export interface OpenedEpisode {
  /** The first message of the user, below the system prompt. */
  readonly conversation: BlobHash;
  /** The tools as the agent is shown them. */
  readonly tools: BlobHash;
  readonly environment: 'live' | 'emulated';
  /** State of a live server before the first call; empty for an emulated one. */
  readonly state: string;
  /** A simulated user answers the agent. */
  readonly hasUser: boolean;
  readonly failures: FailurePlan;
  /** Judges to ask: 2 for a share of the episodes that is drawn from the seed. */
  readonly judges: 1 | 2;
}

export interface EpisodeStoreActivities {
  /** `attempt`: 0 for the first; a later one meets a server that nobody else has called. Repeating it gives the same. */
  openEpisode(input: { runId: RunId; id: string; attempt: number }): Promise<OpenedEpisode>;
  /**
   * Stores the record of an episode that ended. One that no judge is asked about (§7.2) is closed with its rule; the
   * others are told as their judges see them.
   */
  recordEpisode(input: {
    runId: RunId;
    id: string;
    attempt: number;
    conversation: BlobHash;
    tools: BlobHash;
    /** Last reply of the simulated user, when it ended the conversation. */
    ending: BlobHash | null;
    stopReason: StopReason;
  }): Promise<
    | { readonly status: 'closed'; readonly outcome: Outcome }
    | { readonly status: 'admitted'; readonly episode: BlobHash; readonly conversation: JudgedConversation }
  >;
  /**
   * Scores an episode by the first judge's replies and closes it: ok only when every dimension has a verdict (§7.3). All
   * replies stay with it, so that the score can be taken again.
   */
  closeEpisode(input: {
    runId: RunId;
    id: string;
    episode: BlobHash;
    trajectory: BlobHash;
    judges: readonly JudgeAnswers[];
  }): Promise<Outcome>;
  /**
   * Decides over all judged episodes of the run which become training data (§7.5). Repeating it decides the same.
   * Fails with Config.Invalid for a file of `contamination` that cannot be read.
   */
  selectTrajectories(input: { runId: RunId }): Promise<{ judged: number; selected: number }>;
}
