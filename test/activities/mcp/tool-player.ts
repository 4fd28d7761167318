/** Plays an episode of tool calls against the activities, as a workflow would: state by state. */
import { createMcpActivities, type McpDependencies, type OwnedMcp } from '../../../src/activities/mcp/activities.ts';
import type { Recordings, ToolCallAnswer } from '../../../src/activities/mcp/contract.ts';
import type { BlobHash, RunId } from '../../../src/domain/ids.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Observation } from '../../../src/domain/tool-call/schema.ts';
import { firstState } from '../../../src/domain/tool-call/state-key.ts';
import type { Reach } from '../../../src/domain/tool-pool/schema.ts';
import { type MemoryRecords, memoryRecords } from '../../support/memory-records.ts';

export interface Seen extends ToolCallAnswer, Observation {
  readonly status: 'ok' | 'error';
}

export interface Episode {
  /** Where it stands. */
  state: string;
  call(name: string, args?: JsonObject): Promise<Seen>;
}

export interface Player {
  readonly memory: MemoryRecords;
  readonly mcp: OwnedMcp;
  server(reach: Reach, name?: string): BlobHash;
  episode(server: BlobHash, options?: { id?: string; salt?: string; recordings?: Recordings }): Episode;
  /** A worker that died and another that takes over: nothing in memory is left, the record is. */
  newWorker(): Promise<void>;
  close(): Promise<void>;
}

const usual: McpDependencies = {
  read: (name) => process.env[name],
  variables: Object.keys(process.env),
  limits: { connectMs: 120_000, requestMs: 30_000, largestMessage: 8 * 1024 * 1024 },
  shelf: { most: 4, idleMs: 60_000, restMs: 60_000 },
  startsAtOnce: 2,
};

export function player(more: Partial<McpDependencies> = {}): Player {
  const memory = memoryRecords();
  const start = (): OwnedMcp => createMcpActivities(memory, memory, { ...usual, ...more });
  let mcp = start();
  let calls = 0;
  return {
    memory,
    get mcp() {
      return mcp;
    },
    server(reach, name = 'items') {
      const about = { name, title: '', description: '', domain: 'tests', licence: null, origin: 'mcp' };
      return memory.save({ ...about, reach: reach as JsonObject, tools: [], dropped: [], chains: [] });
    },
    episode(server, { id = 'episode-1', salt = '', recordings = 'reuse' } = {}) {
      const episode: Episode = {
        state: firstState(server, salt),
        async call(name, args = {}) {
          calls += 1;
          const request = memory.save({ name, arguments: args });
          const { state } = episode;
          const about = {
            runId: 'run' as RunId,
            episode: id,
            server,
            state,
            request,
            call: `call_${calls}`,
            recordings,
          };
          const answer = await mcp.activities.callTool(about);
          episode.state = answer.state;
          return { ...answer, ...((await memory.loadBody(answer.observation)) as Observation) };
        },
      };
      return episode;
    },
    async newWorker() {
      await mcp.close();
      mcp = start();
    },
    close: () => mcp.close(),
  };
}
