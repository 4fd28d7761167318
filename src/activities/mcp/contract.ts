/**
 * Tool servers that speak MCP (method §2, §5.2): started or reached, asked, called, and ended again.
 *
 * Covered: time limits, size limits, noise on stdout, the whole process group, a scratch folder per start, an environment
 * without our secrets, what the server wrote to stderr in the message of a failure; recorded answers, and a server brought
 * back to any recorded state after its worker died.
 * Not covered: a sandbox around the server. Whoever names a server in a configuration lets it run here.
 */
import type { BlobHash, RunId } from '../../domain/ids.ts';

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
  readonly recordings: 'reuse' | 'only' | 'fresh';
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
