/** Facts and settings of runs, kept in memory (ours): bodies go by their hash and settings never change. */
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { StoreError } from '../failures.ts';
import type { CallStore, RunModels } from './contract.ts';
import { RecentlyUsed } from './recently-used.ts';

export interface RunInputs {
  models(runId: RunId): Promise<RunModels>;
  /** The bodies behind the hashes, under the same names. */
  facts(runId: RunId, facts: Readonly<Record<string, BlobHash>>): Promise<JsonObject>;
}

const keptFacts = 256;
const keptRuns = 64;

/** Throws StoreError when the store does. */
export function createRunInputs(store: CallStore): RunInputs {
  const bodies = new RecentlyUsed<BlobHash, Json>(keptFacts);
  const settings = new RecentlyUsed<RunId, RunModels>(keptRuns);
  return {
    async models(runId) {
      const models = settings.get(runId) ?? (await store.models(runId));
      settings.set(runId, models);
      return models;
    },
    async facts(runId, facts) {
      const known = Object.entries(facts).map(([name, hash]) => [name, hash, bodies.get(hash)] as const);
      const missing = known.filter(([, , body]) => body === undefined).map(([name, hash]) => [name, hash] as const);
      const loaded = missing.length === 0 ? {} : await store.loadFacts(runId, Object.fromEntries(missing));
      return Object.fromEntries(
        known.map(([name, hash, body]) => {
          const value = body ?? loaded[name];
          if (value === undefined)
            throw new StoreError('NotFound', `The store gave no body ${hash} for the fact "${name}"`);
          bodies.set(hash, value);
          return [name, value];
        }),
      );
    },
  };
}
