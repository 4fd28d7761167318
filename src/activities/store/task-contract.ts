/** The store's side of task construction (method §4): short, safe to repeat, failing like the rest of the store. */
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import type { ScriptedKind } from '../../domain/task/kinds.ts';
import type { AugmentationMode } from '../../domain/task/schema.ts';

/** One augmentation that was asked for (§4.3); `persona` is its place in the order, null in other modes. */
export interface AskedAugmentation {
  readonly mode: AugmentationMode;
  readonly persona: number | null;
  /** Null when none became usable; `why` then says what stood in the way. */
  readonly reply: BlobHash | null;
  readonly why: string | null;
}

/** An episode of a variant, by its number, that needs a script before it can be planned. */
export interface WantedScript {
  readonly n: number;
  readonly kind: ScriptedKind;
}

export interface TaskStoreActivities {
  /**
   * Opens the requests for tasks (§4.1): for each chain that passed, and for each server of the pool. Repeating it adds
   * only what chains that passed since then ask for. Fails with Config.Invalid for a set of personas that cannot be used.
   */
  planTasks(input: { runId: RunId }): Promise<{ tasks: number }>;
  /**
   * Checks a task by code (§4.2), opens its original and its variations that pass (§4.3), and closes it. `reply` is null
   * for a task that a file brought.
   */
  recordTask(input: {
    runId: RunId;
    id: string;
    reply: BlobHash | null;
    augmentations: readonly AskedAugmentation[];
  }): Promise<{ outcome: Outcome; variants: number }>;
  /**
   * Decides over a variant by its rules and scores (§4.4). One that passes stays open while episodes drawn for it need a
   * script of the user; every other one is closed. `withoutTools` is null when the necessity is not measured.
   */
  recordVariant(input: {
    runId: RunId;
    id: string;
    score: BlobHash;
    withoutTools: BlobHash | null;
  }): Promise<{ outcome: Outcome; scripts: readonly WantedScript[] }>;
  /** Records the scripts of a variant's users (§5.4) and closes it; a reply is null when none became usable. */
  recordScripts(input: {
    runId: RunId;
    id: string;
    scripts: readonly (WantedScript & { readonly reply: BlobHash | null; readonly why: string | null })[];
  }): Promise<Outcome>;
  /**
   * Decides over all variants of the run which are near-duplicates (§4.4) and opens the episodes of the others. A variant
   * whose episodes are open keeps its place. Repeating it decides the same.
   */
  selectTasks(input: { runId: RunId }): Promise<{ kept: number; duplicates: number; episodes: number }>;
}
