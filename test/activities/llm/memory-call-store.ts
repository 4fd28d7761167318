/** The call store in memory: as small as its contract allows, with a count of what it was asked. */
import type { CallRecord, CallStore, CallUse, StoredText } from '../../../src/activities/llm/contract.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import type { ResolvedModel } from '../../../src/domain/run/schema.ts';

export interface MemoryCallStore extends CallStore {
  readonly records: Map<string, CallRecord>;
  readonly reserved: Set<string>;
  readonly uses: CallUse[];
  /** Bodies that no call stands behind. */
  readonly saved: StoredText[];
  /** Names of the methods in the order they were called. */
  readonly asked: string[];
}

export interface MemoryStoreOptions {
  readonly bodies: Readonly<Record<string, Json>>;
  readonly model: ResolvedModel;
  /** Answer to a claim that is not on record. Default: reserved. */
  readonly refusal?: { readonly reason: string; readonly held?: boolean };
  /** Whether the run has ended. Default: it goes on. */
  readonly over?: () => boolean;
  /** Runs before each use is recorded; may throw. */
  readonly beforeRecord?: () => void;
}

export function memoryCallStore(options: MemoryStoreOptions): MemoryCallStore {
  const asked: string[] = [];
  const records = new Map<string, CallRecord>();
  const reserved = new Set<string>();
  const uses: CallUse[] = [];
  const saved: StoredText[] = [];
  return {
    asked,
    records,
    reserved,
    uses,
    saved,
    async loadFacts(_, facts) {
      asked.push('loadFacts');
      const load = ([name, hash]: [string, BlobHash]): [string, Json] => [name, options.bodies[hash] ?? null];
      return Object.fromEntries(Object.entries(facts).map(load));
    },
    async models() {
      asked.push('models');
      return { seed: 1, resolve: () => options.model };
    },
    async isOver() {
      return options.over?.() ?? false;
    },
    async begin({ key }) {
      asked.push('begin');
      const record = records.get(key);
      if (record !== undefined) return { status: 'recorded', record };
      if (options.refusal !== undefined) return { status: 'refused', ...options.refusal };
      reserved.add(key);
      return { status: 'reserved' };
    },
    async release(_, key) {
      asked.push('release');
      reserved.delete(key);
    },
    async recordUse(use) {
      asked.push('recordUse');
      options.beforeRecord?.();
      if (use.record !== undefined) records.set(use.key, use.record);
      reserved.delete(use.key);
      uses.push(use);
    },
    async saveBodies(bodies) {
      asked.push('saveBodies');
      saved.push(...bodies);
    },
  };
}
