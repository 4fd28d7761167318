/** Asking a server for its tools: every page, as it answers, unjudged; a tool that is broken breaks no other. */
import { z } from 'zod';
import type { JsonObject } from '../../domain/json.ts';
import { withoutFolder } from '../../domain/tool-call/state-folder.ts';
import type { ServerListing } from '../../domain/tool-pool/listing/schema.ts';
import type { ServerSource } from '../../domain/tool-pool/schema.ts';
import { ToolServerError } from '../failures.ts';
import { type Session, type SessionDependencies, withSession } from './session.ts';

/** Looser than the protocol on purpose: the rules of the pool name what is wrong with a tool. */
const Page = z.looseObject({ tools: z.array(z.json()), nextCursor: z.string().nullish() });

/** A server that never ends its list would be asked forever. */
const mostTools = 5_000;

/** The tools of a server with how it calls itself. Fails with ToolServer.*. */
export function listTools(source: ServerSource, deps: SessionDependencies): Promise<ServerListing> {
  return withSession(source, deps, async (session) => {
    const { client } = session;
    const tools: ServerListing['tools'] = [];
    let cursor: string | undefined;
    do {
      const page = await nextPage(session, cursor);
      tools.push(...page.tools);
      cursor = page.nextCursor ?? undefined;
      if (tools.length > mostTools)
        throw new ToolServerError('TooLarge', `${source.name} lists more than ${mostTools} tools and does not end`);
    } while (cursor !== undefined);
    const about = client.getServerVersion();
    const listing = {
      title: about?.title ?? about?.name ?? '',
      description: (client.getInstructions() ?? '').slice(0, 2_000),
      protocol: client.getNegotiatedProtocolVersion() ?? '',
      tools,
    };
    return placeless(listing, session.folder);
  });
}

/** Servers name the folder they work in: another one at each start, so that equal servers would never be equal. */
function placeless(listing: ServerListing, folder: string | undefined): ServerListing {
  if (folder === undefined) return listing;
  // A listing is JSON, and stays one when a text in it is replaced by another.
  return withoutFolder(listing as JsonObject, folder) as ServerListing;
}

function nextPage({ client, during }: Session, cursor: string | undefined): Promise<z.infer<typeof Page>> {
  const params = cursor === undefined ? {} : { cursor };
  return during('listing tools', (options) => client.request({ method: 'tools/list', params }, Page, options));
}
