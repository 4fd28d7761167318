/** The store's side of chain building (method §2, §3), as workflows see it. */
import type { ChainOperator } from '../../domain/graph/operators.ts';
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/run/outcome.ts';

/** The store's side of chain building: short, safe to repeat, failing like the others. */
export interface ChainStoreActivities {
  /** Reads all files of tool servers once and writes their items; repeating it changes nothing. Fails with Config.Invalid. */
  planTools(input: { runId: RunId }): Promise<{ servers: number; rejected: number }>;
  /**
   * Filters the tools of a server (§2) and closes its item: with the server as it stands in the pool, or with the rule
   * that refused it. `listing` is what the server itself answered; null when the file has its tools.
   */
  recordServer(input: { runId: RunId; id: string; listing: BlobHash | null }): Promise<Outcome>;
  /** Decides over all servers of the run which form the pool, and opens a graph for each. Repeating it decides the same. */
  formToolPool(input: { runId: RunId }): Promise<{ servers: number; duplicates: number; tools: number }>;
  /**
   * Builds the graph of a server from the proposals, walks it and opens its chains (§3.1, §3.2); closes the graph.
   * A reply is null when none became usable.
   */
  recordGraph(input: {
    runId: RunId;
    id: string;
    replies: readonly { readonly sample: number; readonly slice: number; readonly reply: BlobHash | null }[];
  }): Promise<{ outcome: Outcome; edges: number; chains: number }>;
  /** Records what the operators said of a chain (§3.3) and closes it. */
  recordChain(input: {
    runId: RunId;
    id: string;
    asked: readonly ChainOperator[];
    dependency: BlobHash | null;
    votes: readonly (BlobHash | null)[];
    backTranslations: readonly { readonly query: BlobHash | null; readonly chain: BlobHash | null }[];
  }): Promise<Outcome>;
}
