/** The activities of tool servers, bound to a store and to the worker's environment. */
import { asyncLocalStorage } from '@temporalio/activity';
import { canonicalJson } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ServerListing } from '../../domain/tool-pool/listing/schema.ts';
import { ServerSource } from '../../domain/tool-pool/schema.ts';
import { ToolServerError, wrapActivities } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { callTool } from './call-tool.ts';
import type { McpActivities, McpStore, ToolCallActivities, ToolRecords } from './contract.ts';
import { listTools } from './list-tools.ts';
import { Permits } from './permits.ts';
import { openSession, type SessionDependencies } from './session.ts';
import { SessionShelf, type ShelfLimits } from './session-shelf.ts';

export interface McpDependencies extends SessionDependencies {
  readonly shelf: ShelfLimits;
  /** Servers that are being started at once: the costly part of their lives. */
  readonly startsAtOnce: number;
}

export interface OwnedMcp {
  readonly activities: McpActivities & ToolCallActivities;
  /** Ends all servers. */
  close(): Promise<void>;
}

/** Failures are those of the contract. */
export function createMcpActivities(store: McpStore, records: ToolRecords, deps: McpDependencies): OwnedMcp {
  const shelf = new SessionShelf(deps.shelf);
  const starts = new Permits(deps.startsAtOnce);
  const calling = {
    shelf,
    records,
    store,
    open: (server: Parameters<typeof openSession>[0], signal?: AbortSignal) =>
      starts.use(() => openSession(server, deps, signal)),
  };
  const activities = wrapActivities<McpActivities & ToolCallActivities>({
    listTools: (input) =>
      withHeartbeat(
        () => ({ phase: 'list tools' }),
        () => listRecorded(input, { store, records, ask: (source) => starts.use(() => listTools(source, deps)) }),
      ),
    callTool: (call) =>
      withHeartbeat(
        () => ({ phase: 'call tool', call: call.call }),
        () => callTool(call, calling, asyncLocalStorage.getStore()?.cancellationSignal),
      ),
    endEpisode: async ({ episode }) => shelf.endEpisode(episode),
  });
  return { activities, close: () => shelf.close() };
}

/** A run that may start no server reads what the server listed when it last could. */
async function listRecorded(
  { runId, source }: Parameters<McpActivities['listTools']>[0],
  parts: { store: McpStore; records: ToolRecords; ask: (source: ServerSource) => ReturnType<typeof listTools> },
): ReturnType<McpActivities['listTools']> {
  const { store, records, ask } = parts;
  const server = ServerSource.parse(await store.loadBody(source));
  if ((await records.recordingsOf(runId)) === 'only') {
    const listing = await records.findListing(source);
    if (listing === undefined) throw notListed(server.name);
    await records.keepListing(runId, { source, listing });
    return { listing, tools: ServerListing.parse(await store.loadBody(listing)).tools.length };
  }
  const listed = await ask(server);
  // A listing came as JSON over the wire.
  const listing = await store.saveBody(canonicalJson(listed as JsonObject));
  await records.keepListing(runId, { source, listing });
  return { listing, tools: listed.tools.length };
}

function notListed(name: string): ToolServerError {
  return new ToolServerError(
    'NotRecorded',
    `the tools of ${name} are on no recording, and "recordings: only" starts no server. Import the recordings of a run that asked it.`,
  );
}
