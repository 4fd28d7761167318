/** The two ways to a tool server: a child process in a folder of its own, or an address. */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Reach } from '../../domain/tool-pool/schema.ts';
import { ToolServerError } from '../failures.ts';
import { ChildTransport } from './child-transport.ts';
import { limitedFetch } from './limited-fetch.ts';
import { fillPlaceholders, inheritedVariables } from './placeholders.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import type { NamedReach, StartDependencies } from './session.ts';

export interface Opened {
  readonly folder?: string;
  readonly transport: ChildTransport | StreamableHTTPClientTransport;
  /** Name and address or command, as messages tell them. */
  readonly server: string;
  /** Ends the server; never fails. */
  close(): Promise<void>;
}

/** Time for a server to take our leave. */
const farewellMs = 2_000;

/** A way to the server, not yet connected. Fails with ToolServer.Config. */
export function openTransport(
  { name, reach }: NamedReach,
  deps: StartDependencies,
  tooLarge: () => void,
): Promise<Opened> | Opened {
  switch (reach.kind) {
    case 'documents':
      throw new ToolServerError('Config', `${name} is known by its documents only: there is nothing to ask`);
    case 'http':
      return openRemote(name, reach, { ...deps, tooLarge });
    case 'stdio':
      return openChild(name, reach, { ...deps, tooLarge });
  }
}

type Parts = StartDependencies & { readonly tooLarge: () => void };

function openRemote(name: string, reach: Extract<Reach, { kind: 'http' }>, { read, limits, tooLarge }: Parts): Opened {
  const headers = Object.fromEntries(
    Object.entries(reach.headers).map(([header, value]) => [header, fillPlaceholders(value, '', read)]),
  );
  const url = new URL(fillPlaceholders(reach.url, '', read));
  const fetch = limitedFetch(limits.largestMessage, tooLarge);
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers }, fetch });
  const close = async (): Promise<void> => {
    const farewell = transport.terminateSession().catch(() => undefined); // it may be gone, or know no sessions
    await Promise.race([farewell, new Promise((resolve) => void setTimeout(resolve, farewellMs).unref())]);
    await transport.close().catch(() => undefined);
  };
  return { transport, server: `${name} (${url.host})`, close };
}

async function openChild(
  name: string,
  reach: Extract<Reach, { kind: 'stdio' }>,
  { read, variables, limits, tooLarge, extra }: Parts,
): Promise<Opened> {
  const scratch = await makeScratchFolder(reach.state);
  try {
    const fill = (text: string): string => fillPlaceholders(text, scratch.path, read);
    const own = Object.entries(reach.env).map(([variable, value]) => [variable, fill(value)] as const);
    const transport = new ChildTransport({
      command: fill(reach.command),
      args: reach.args.map(fill),
      env: { ...inheritedVariables(variables, read), TMPDIR: scratch.path, ...extra, ...Object.fromEntries(own) },
      cwd: scratch.path,
      largestMessage: limits.largestMessage,
      tooLarge,
      spawned: (pid) => scratch.noteGroup(pid),
    });
    const close = async (): Promise<void> => {
      await transport.close();
      // What cannot be removed now is swept at the next start of a worker.
      await scratch.remove().catch(() => undefined);
    };
    const server = `${name} (${reach.command} ${reach.args.join(' ')})`.slice(0, 160);
    return { transport, server, folder: scratch.path, close };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}
