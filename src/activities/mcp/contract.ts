/**
 * Tool servers that speak MCP (method §2, §5.2): started or reached, asked, and ended again.
 *
 * Covered: time limits, size limits, noise on stdout, the whole process group, a scratch folder per start, an environment
 * without our secrets, what the server wrote to stderr in the message of a failure.
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

/** What asking servers needs of the store. */
export interface McpStore {
  loadBody(hash: BlobHash): Promise<unknown>;
  /** Stores canonical JSON text. */
  saveBody(text: string): Promise<BlobHash>;
}
