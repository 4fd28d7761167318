/** Whether the server at an address is the one that is meant: it must know the namespace (ours). */
import type { ProcessConfig } from './process-config.ts';

/** The part of a Temporal connection that is needed; client and worker connections both have it. */
interface NamespaceService {
  describeNamespace(request: { namespace: string }): Promise<unknown>;
}

/** The server is not the one that is meant: nothing may be done on it. */
export class ForeignServer extends Error {
  override readonly name = 'ForeignServer';
}

/** gRPC: NOT_FOUND. */
const notFound: unknown = 5;

/**
 * Why this process must not work with the server behind `service`, in one sentence with what to do; undefined when it
 * may. A server that does not let us look is not judged: the work itself says what is wrong with it.
 */
export async function foreignServer(
  service: NamespaceService,
  { temporal, outside, home }: Pick<ProcessConfig, 'temporal' | 'outside' | 'home'>,
): Promise<string | undefined> {
  if (temporal === undefined) return undefined;
  try {
    await service.describeNamespace({ namespace: temporal.namespace });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== notFound) return undefined;
  }
  const found = `Temporal at ${temporal.address} has no namespace ${temporal.namespace}`;
  return outside.temporal
    ? `${found}: set TEMPORAL_NAMESPACE to one it has, or type "astra up", which makes it`
    : `${found}: a server that is not of ${home} took the address. Type: astra up`;
}
