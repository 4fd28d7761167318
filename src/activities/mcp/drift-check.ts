/**
 * Do servers still answer as they are recorded (method §5.2)? Every recorded way is walked again on a new server, from its
 * beginning; answers that differ in more than ids, moments and durations are reported, and the walk goes on.
 */

import type { RecordedWay } from './contract.ts';
import { LiveServer } from './live-server.ts';
import type { NamedReach, Session } from './session.ts';

export interface DriftReport {
  readonly servers: number;
  /** Different recorded calls that were made again. */
  readonly calls: number;
  readonly drifted: readonly {
    readonly server: string;
    readonly tool: string;
    readonly state: string;
    readonly recorded: string;
    readonly live: string;
  }[];
  /** Ways that could not be walked to their end. */
  readonly failed: readonly { readonly server: string; readonly reason: string }[];
}

/** Walks the ways one after the other. Servers behind an address are reported as failed: calling them changes them. */
export async function checkDrift(
  ways: AsyncIterable<RecordedWay>,
  open: (server: NamedReach) => Promise<Session>,
): Promise<DriftReport> {
  const servers = new Set<string>();
  const seen = new Set<string>();
  const drifted: DriftReport['drifted'][number][] = [];
  const failed: DriftReport['failed'][number][] = [];
  for await (const way of ways) {
    servers.add(way.name);
    const result = await walkAgain(way, open);
    // Ways share their first calls: each call is told once.
    drifted.push(...result.drifted.filter(({ state }) => !seen.has(state)));
    if (result.failed !== undefined) failed.push(result.failed);
    for (const { state } of way.calls.slice(0, result.calls)) seen.add(state);
  }
  return { servers: servers.size, calls: seen.size, drifted, failed };
}

interface Walked {
  readonly calls: number;
  readonly drifted: DriftReport['drifted'];
  readonly failed?: DriftReport['failed'][number];
}

async function walkAgain(way: RecordedWay, open: (server: NamedReach) => Promise<Session>): Promise<Walked> {
  const drifted: DriftReport['drifted'][number][] = [];
  const fail = (calls: number, reason: string): Walked => ({ calls, drifted, failed: { server: way.name, reason } });
  if (way.reach.kind !== 'stdio') return fail(0, 'lies behind an address: calling it again would change it');
  let done = 0;
  let server: LiveServer | undefined;
  try {
    server = new LiveServer(await open(way), { name: way.name, state: '', episode: '' });
    for (const call of way.calls) {
      const drift = await server.repeat(call);
      done += 1;
      if (drift !== undefined) {
        drifted.push({ server: way.name, tool: call.request.name, state: call.state, ...drift });
      }
    }
    return { calls: done, drifted };
  } catch (error) {
    return fail(done, error instanceof Error ? error.message : String(error));
  } finally {
    await server?.close();
  }
}
