/**
 * A server in the very state that a call starts from: one that stands there, one that stands earlier on the way there, or
 * a new one; the recorded calls that are still missing are carried out again, in a folder that no other server has.
 */
import { isFirstState } from '../../domain/tool-call/state-key.ts';
import { ToolServerError } from '../failures.ts';
import type { RecordedCall, ToolCall, ToolRecords } from './contract.ts';
import { LiveServer } from './live-server.ts';
import type { NamedReach, Session } from './session.ts';
import type { SessionShelf } from './session-shelf.ts';

export interface Workshop {
  readonly shelf: SessionShelf;
  readonly records: ToolRecords;
  /** Starts or reaches a server. */
  open(server: NamedReach, signal?: AbortSignal): Promise<Session>;
}

/** Fails with ToolServer.*; whoever gets the server puts it back on the shelf or drops it. */
export async function serverAtState(
  call: ToolCall,
  named: NamedReach,
  workshop: Workshop & { readonly signal?: AbortSignal },
): Promise<LiveServer> {
  const { shelf, records } = workshop;
  const way = shelf.stands(call.state) ? [] : await wayTo(call, named, records);
  const states = [call.state, ...way.map(({ previous }) => previous).toReversed()];
  const begin = way[0]?.previous ?? call.state;
  const server = shelf.take(states) ?? (await startAt(begin, { call, named }, workshop));
  server.episode = call.episode;
  const done = way.findIndex(({ previous }) => previous === server.state);
  try {
    // None is missing where the server stands at the end of the way.
    for (const step of done < 0 ? [] : way.slice(done)) await server.replay(step, workshop.signal);
    return server;
  } catch (error) {
    await shelf.drop(server);
    throw error;
  }
}

/** The recorded calls from the beginning to the state; none for what lies behind an address, which keeps its own state. */
async function wayTo(
  call: ToolCall,
  { name, reach }: NamedReach,
  records: ToolRecords,
): Promise<readonly RecordedCall[]> {
  if (reach.kind === 'http') return [];
  const way = await records.chainTo(call.state);
  if (isFirstState(way[0]?.previous ?? call.state, call)) return way;
  throw new ToolServerError(
    'NotRecorded',
    `${name}: the calls before ${call.call} are not on record, so its state cannot be rebuilt`,
  );
}

async function startAt(
  state: string,
  { call, named }: { readonly call: ToolCall; readonly named: NamedReach },
  { shelf, open, signal }: Workshop & { readonly signal?: AbortSignal },
): Promise<LiveServer> {
  await shelf.place(signal);
  try {
    return new LiveServer(await open(named, signal), { name: named.name, state, episode: call.episode });
  } catch (error) {
    shelf.vacate();
    throw error;
  }
}
