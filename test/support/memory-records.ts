/** Recordings and bodies in memory, for tests of tool calls that need no database. */
import type { McpStore, RecordedCall, Recordings, ToolRecords } from '../../src/activities/mcp/contract.ts';
import { type BlobHash, canonicalJson, hashText } from '../../src/domain/ids.ts';
import type { Json } from '../../src/domain/json.ts';

export interface MemoryRecords extends McpStore, ToolRecords {
  readonly records: Map<string, RecordedCall>;
  readonly begun: Set<string>;
  /** Stores a value; returns its hash. */
  save(value: Json): BlobHash;
  recordings: Recordings;
}

export function memoryRecords(): MemoryRecords {
  const bodies = new Map<string, string>();
  const records = new Map<string, RecordedCall>();
  const begun = new Set<string>();
  const listings = new Map<string, BlobHash>();
  const put = (text: string): BlobHash => {
    const hash = hashText(text) as BlobHash;
    bodies.set(hash, text);
    return hash;
  };
  const memory: MemoryRecords = {
    records,
    begun,
    recordings: 'reuse',
    save: (value) => put(canonicalJson(value)),
    loadBody: async (hash) => JSON.parse(bodies.get(hash) ?? 'null'),
    saveBody: async (text) => put(text),
    find: async (state) => records.get(state),
    chainTo: async (state) => {
      const chain: RecordedCall[] = [];
      for (let at = records.get(state); at !== undefined; at = records.get(at.previous)) chain.unshift(at);
      return chain;
    },
    keep: async ({ server: _server, ...record }) => {
      const standing = records.get(record.state);
      if (standing !== undefined) return standing;
      const kept = { ...record, observationHash: put(canonicalJson(record.observation as Json)) };
      records.set(record.state, kept);
      return kept;
    },
    noteUse: async () => undefined,
    begin: async (state) => !begun.has(state) && begun.add(state).has(state),
    unbegin: async (state) => void begun.delete(state),
    recordingsOf: async () => memory.recordings,
    findListing: async (source) => listings.get(source),
    keepListing: async (_run, { source, listing }) => void listings.set(source, listing),
  };
  return memory;
}
