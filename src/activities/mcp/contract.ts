/**
 * Tool servers that speak MCP (method §2, §5.2): started or reached, asked, called, and ended again.
 *
 * Covered: time limits, size limits, noise on stdout, the whole process group, a scratch folder per start, an environment
 * without our secrets, what the server wrote to stderr in the message of a failure; recorded answers, and a server brought
 * back to any recorded state after its worker died.
 * Not covered: a sandbox around the server. Whoever names a server in a configuration lets it run here.
 */
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { Observation, ToolRequest } from '../../domain/tool-call/schema.ts';
import type { Reach } from '../../domain/tool-pool/schema.ts';

export interface McpActivities {
  /**
   * Asks a server for its tools and stores the answer as it came. Starts a process of its own or one connection; takes
   * seconds, minutes when a package has to be installed first. Safe to repeat: listing changes nothing.
   * Fails with ToolServer.NotStarted, ToolServer.Died, ToolServer.Timeout, ToolServer.Unreachable (tried again a few
   * times), ToolServer.Protocol, ToolServer.TooLarge, ToolServer.Refused, ToolServer.Config (not), Store.*.
   */
  listTools(input: { runId: RunId; source: BlobHash }): Promise<{ listing: BlobHash; tools: number }>;
}

/** Calls on live servers, one after the other within an episode (method §5.1, §5.2). */
export interface ToolCallActivities {
  /**
   * Carries a call out in a state of a server, or gives the recorded answer of that very call in that state. Safe to
   * repeat: a recorded call is never carried out again, and an unrecorded one always starts from the state before it.
   * What the tool itself says, errors included, is an observation; a server that fails is not.
   * Fails with the types of listTools, and with ToolServer.NotRecorded, ToolServer.Drift, ToolServer.EffectUnknown (not
   * tried again), Store.*.
   */
  callTool(input: ToolCall): Promise<ToolCallAnswer>;
  /** Ends the servers that an episode left running, if this worker has any. Never fails. */
  endEpisode(input: { episode: string }): Promise<void>;
}

/** reuse: recorded answers stand; only: and nothing is started; fresh: no answer of another episode stands. */
export type Recordings = 'reuse' | 'only' | 'fresh';

export interface ToolCall {
  readonly runId: RunId;
  readonly episode: string;
  /** Hash of the server as it stands in the pool. */
  readonly server: BlobHash;
  /** The state before the call: see domain/tool-call/state-key.ts. */
  readonly state: string;
  /** A stored ToolRequest. */
  readonly request: BlobHash;
  /** Id of the call in its episode. */
  readonly call: string;
  readonly recordings: Recordings;
}

export interface ToolCallAnswer {
  /** A stored Observation. */
  readonly observation: BlobHash;
  readonly status: 'ok' | 'error';
  readonly source: 'live' | 'recording';
  /** The state after the call. */
  readonly state: string;
}

/** What asking servers needs of the store. */
export interface McpStore {
  loadBody(hash: BlobHash): Promise<unknown>;
  /** Stores canonical JSON text. */
  saveBody(text: string): Promise<BlobHash>;
}

/** A call as it was answered in one state of a server. */
export interface RecordedCall {
  /** The state after the call. */
  readonly state: string;
  readonly previous: string;
  readonly request: ToolRequest;
  readonly requestHash: BlobHash;
  readonly observation: Observation;
  readonly observationHash: BlobHash;
}

/** What calling tools needs of the store. */
export interface ToolRecords {
  /** The call that leads to a state, if it is on record. */
  find(state: string): Promise<RecordedCall | undefined>;
  /** All recorded calls that lead to a state, the first one first. */
  chainTo(state: string): Promise<readonly RecordedCall[]>;
  /** Writes a record unless its state has one; returns the one that stands. */
  keep(record: Omit<RecordedCall, 'observationHash'> & { readonly server: string }): Promise<RecordedCall>;
  /** Remembers that an answer served a run. */
  noteUse(runId: RunId, state: string): Promise<void>;
  /** Remembers that the call to a state was begun; false when it was begun before. */
  begin(state: string): Promise<boolean>;
  /** Forgets that, for a call that never left. */
  unbegin(state: string): Promise<void>;
  /** What a run's configuration says of recordings. */
  recordingsOf(runId: RunId): Promise<Recordings>;
  /** The latest listing of a source. */
  findListing(source: string): Promise<BlobHash | undefined>;
  keepListing(runId: RunId, kept: { readonly source: string; readonly listing: BlobHash }): Promise<void>;
}

/** A server and the recorded calls from its beginning to where an episode ended. */
export interface RecordedWay {
  readonly name: string;
  readonly reach: Reach;
  readonly calls: readonly RecordedCall[];
}
