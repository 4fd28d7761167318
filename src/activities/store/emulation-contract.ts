/** The store's side of emulated servers (method §5.3): short, safe to repeat, failing like the other activities of the store. */
import type { BlobHash, RunId } from '../../domain/ids.ts';

/** Worlds of emulated servers (§5.3): the store keeps each one, and applies only what the rules allow. */
export interface EmulationStoreActivities {
  /**
   * The world of an episode before its first call: empty, seeded, with the request in it when the coin says so.
   * `declared` names the tools whose results have a schema already. Repeating it gives the same.
   */
  openEmulation(input: { runId: RunId; episode: string; plan: BlobHash; server: BlobHash }): Promise<{
    state: BlobHash;
    declared: readonly string[];
  }>;
  /**
   * Stores the observation of a validated reply and the world after it. Repeating it gives the same.
   * Fails with Domain.Invalid for a reply that breaks a rule its prompt should have refused.
   */
  applyEmulation(input: {
    runId: RunId;
    episode: string;
    server: BlobHash;
    state: BlobHash;
    request: BlobHash;
    /** Reply of trajectory/tool-output; null for a tool that declares its results. */
    output: BlobHash | null;
    /** Reply of trajectory/emulate. */
    reply: BlobHash;
  }): Promise<{ observation: BlobHash; status: 'ok' | 'error'; state: BlobHash }>;
}
