/** One conversation with a tool server: started or reached, within limits, and ended whatever happened in it. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Reach } from '../../domain/tool-pool/schema.ts';
import { ToolServerError } from '../failures.ts';
import { ChildTransport } from './child-transport.ts';
import { classifyFailure, type FailureFacts } from './classify-failure.ts';
import { fillPlaceholders, inheritedVariables, type ReadVariable } from './placeholders.ts';
import { makeScratchFolder } from './scratch-folder.ts';

export interface SessionLimits {
  /** From the start to the first answer; a package may have to be installed. */
  readonly connectMs: number;
  readonly requestMs: number;
  /** Most bytes of one message. */
  readonly largestMessage: number;
}

export interface SessionDependencies {
  readonly read: ReadVariable;
  /** Names of the worker's variables. */
  readonly variables: readonly string[];
  readonly limits: SessionLimits;
}

export interface Session {
  readonly client: Client;
  /** The scratch folder; undefined for a server behind an address. */
  readonly folder: string | undefined;
  /** Runs a request; its failure is told with what the server wrote last. */
  during<T>(request: (options: { timeout: number; maxTotalTimeout: number }) => Promise<T>): Promise<T>;
}

interface Opened {
  readonly folder?: string;
  readonly transport: ChildTransport | StreamableHTTPClientTransport;
  readonly server: string;
  close(): Promise<void>;
}

/** Runs the body with a connected server; fails with ToolServer.*, and always ends the server. */
export async function withSession<T>(
  { name, reach }: { name: string; reach: Reach },
  deps: SessionDependencies,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  const opened = await open(name, reach, deps);
  const client = new Client({ name: 'astra', version: '1' });
  const { connectMs, requestMs } = deps.limits;
  const facts = (during: FailureFacts['during'], limitMs: number): FailureFacts => ({
    server: opened.server,
    during,
    limitMs,
    child: opened.transport instanceof ChildTransport ? opened.transport.report : undefined,
  });
  const guarded = async <R>(during: FailureFacts['during'], limitMs: number, run: () => Promise<R>): Promise<R> => {
    try {
      return await run();
    } catch (error) {
      // The end of a process is told a moment after its pipes broke.
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw classifyFailure(error, facts(during, limitMs));
    }
  };
  try {
    await guarded('start', connectMs, () => client.connect(opened.transport, { timeout: connectMs }));
    const options = { timeout: requestMs, maxTotalTimeout: requestMs };
    return await body({
      client,
      folder: opened.folder,
      during: (request) => guarded('list', requestMs, () => request(options)),
    });
  } finally {
    await client.close().catch(() => undefined); // it may be gone already
    await opened.close();
  }
}

async function open(name: string, reach: Reach, deps: SessionDependencies): Promise<Opened> {
  switch (reach.kind) {
    case 'documents':
      throw new ToolServerError('Config', `${name} is known by its documents only: there is nothing to ask`);
    case 'http':
      return openRemote(name, reach, deps);
    case 'stdio':
      return openChild(name, reach, deps);
  }
}

function openRemote(name: string, reach: Extract<Reach, { kind: 'http' }>, { read }: SessionDependencies): Opened {
  const headers = Object.fromEntries(
    Object.entries(reach.headers).map(([header, value]) => [header, fillPlaceholders(value, '', read)]),
  );
  const url = new URL(fillPlaceholders(reach.url, '', read));
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  return { transport, server: `${name} (${url.host})`, close: () => transport.close().catch(() => undefined) };
}

async function openChild(
  name: string,
  reach: Extract<Reach, { kind: 'stdio' }>,
  { read, variables, limits }: SessionDependencies,
): Promise<Opened> {
  const scratch = await makeScratchFolder(reach.state);
  try {
    const fill = (text: string): string => fillPlaceholders(text, scratch.path, read);
    const own = Object.entries(reach.env).map(([variable, value]) => [variable, fill(value)] as const);
    const transport = new ChildTransport({
      command: fill(reach.command),
      args: reach.args.map(fill),
      env: { ...inheritedVariables(variables, read), TMPDIR: scratch.path, ...Object.fromEntries(own) },
      cwd: scratch.path,
      largestMessage: limits.largestMessage,
    });
    const close = async (): Promise<void> => {
      await transport.close();
      await scratch.remove();
    };
    return {
      transport,
      server: `${name} (${reach.command} ${reach.args.join(' ')})`.slice(0, 160),
      folder: scratch.path,
      close,
    };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}
