/** One conversation with a tool server: started or reached, within limits, and ended whatever happened in it. */
import { Client, type StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Reach } from '../../domain/tool-pool/schema.ts';
import { ToolServerError } from '../failures.ts';
import { startVariants } from './cached-start.ts';
import { ChildTransport } from './child-transport.ts';
import { classifyFailure, type FailureFacts, mayBeDeath } from './classify-failure.ts';
import { type Opened, openTransport } from './open-transport.ts';
import { OverflowWatch } from './overflow-watch.ts';
import type { ReadVariable } from './placeholders.ts';

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

/** With variables of our own for a child server. */
export interface StartDependencies extends SessionDependencies {
  readonly extra: Readonly<Record<string, string>>;
}

export interface NamedReach {
  readonly name: string;
  readonly reach: Reach;
}

interface RequestLimits {
  readonly timeout: number;
  readonly maxTotalTimeout: number;
  readonly signal: AbortSignal;
}

export interface Session {
  readonly client: Client;
  /** The scratch folder; undefined for a server behind an address. */
  readonly folder: string | undefined;
  /**
   * Runs a request, one at a time; its failure is told with what the server wrote last. `doing` goes on after "while".
   * Ends early with the reason of the signal.
   */
  during<T>(doing: string, request: (limits: RequestLimits) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Ends the server; never fails. */
  close(): Promise<void>;
}

/** Runs the body with a connected server; fails with ToolServer.*, and always ends the server. */
export async function withSession<T>(
  server: NamedReach,
  deps: SessionDependencies,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(server, deps);
  try {
    return await body(session);
  } finally {
    await session.close();
  }
}

/** A connected server; whoever opens it closes it. Fails with ToolServer.*. */
export async function openSession(
  server: NamedReach,
  deps: SessionDependencies,
  signal?: AbortSignal,
): Promise<Session> {
  const variants = startVariants(server.reach, deps.variables);
  for (const variables of variants.slice(0, -1)) {
    try {
      return await startSession(server, { ...deps, extra: variables }, signal);
    } catch (error) {
      if (!(error instanceof ToolServerError) || error.kind !== 'NotStarted') throw error;
    }
  }
  return startSession(server, { ...deps, extra: variants.at(-1) ?? {} }, signal);
}

async function startSession(
  server: NamedReach,
  deps: StartDependencies,
  signal: AbortSignal | undefined,
): Promise<Session> {
  const { connectMs, requestMs, largestMessage } = deps.limits;
  const overflow = new OverflowWatch(largestMessage);
  const opened = await openTransport(server, deps, () => overflow.trip());
  const client = new Client({ name: 'astra', version: '1' });
  const close = async (): Promise<void> => {
    await client.close().catch(() => undefined); // it may be gone already
    await opened.close();
  };
  const guarded = createGuard(opened, overflow);
  const limits = { timeout: requestMs, maxTotalTimeout: requestMs };
  try {
    const starting = { during: 'start', doing: 'starting', limitMs: connectMs } as const;
    await guarded(starting, (given) => client.connect(opened.transport, { timeout: connectMs, signal: given }), signal);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    client,
    folder: opened.folder,
    during: (doing, request, given) =>
      guarded(
        { during: 'request', doing, limitMs: requestMs },
        (ended) => request({ ...limits, signal: ended }),
        given,
      ),
    close,
  };
}

/** On a busy machine the end of a process is told long after its pipes broke. */
const deathMs = 2_000;

type Guard = <T>(
  about: Pick<FailureFacts, 'during' | 'doing' | 'limitMs'>,
  run: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

function createGuard({ transport, server }: Opened, overflow: OverflowWatch): Guard {
  return async (about, run, signal) => {
    try {
      return await overflow.guard((over) => run(signal === undefined ? over : AbortSignal.any([over, signal])));
    } catch (error) {
      // Not the server's doing: whoever asked wants no answer any more.
      if (signal?.aborted === true) throw signal.reason;
      if (transport instanceof ChildTransport && mayBeDeath(error)) await transport.ended(deathMs);
      throw classifyFailure(error, { server, child: reportOf(transport), ...about });
    }
  };
}

function reportOf(transport: ChildTransport | StreamableHTTPClientTransport): FailureFacts['child'] {
  return transport instanceof ChildTransport ? transport.report : undefined;
}
