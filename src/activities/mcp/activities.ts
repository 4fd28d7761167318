/** The activities of tool servers, bound to a store and to the worker's environment. */
import { canonicalJson } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ServerSource } from '../../domain/tool-pool/schema.ts';
import { wrapActivities } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { McpActivities, McpStore } from './contract.ts';
import { listTools } from './list-tools.ts';
import type { SessionDependencies } from './session.ts';

/** Failures are those of the contract. */
export function createMcpActivities(store: McpStore, deps: SessionDependencies): McpActivities {
  return wrapActivities<McpActivities>({
    listTools: ({ source }) =>
      withHeartbeat(
        () => ({ phase: 'list tools' }),
        async () => {
          const server = ServerSource.parse(await store.loadBody(source));
          const listing = await listTools(server, deps);
          // A listing came as JSON over the wire.
          return { listing: await store.saveBody(canonicalJson(listing as JsonObject)), tools: listing.tools.length };
        },
      ),
  });
}
