/**
 * One call of an agent on a server that runs (method §5.2). The record decides: what is written there is the answer, and
 * is never carried out again; anything else happens once, on a server in the state that the call starts from.
 */
import { ToolRequest } from '../../domain/tool-call/schema.ts';
import { nextState } from '../../domain/tool-call/state-key.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { ToolServerError } from '../failures.ts';
import { neverArrived } from './classify-failure.ts';
import type { McpStore, RecordedCall, ToolCall, ToolCallAnswer, ToolRecords } from './contract.ts';
import type { LiveServer } from './live-server.ts';
import { serverAtState, type Workshop } from './server-at-state.ts';
import type { NamedReach } from './session.ts';

export interface CallDependencies extends Workshop {
  readonly store: McpStore;
}

/** Carries the call out or finds it on record; see ToolCallActivities.callTool. */
export async function callTool(call: ToolCall, deps: CallDependencies, signal?: AbortSignal): Promise<ToolCallAnswer> {
  const state = nextState(call.state, call.request);
  const recorded = await deps.records.find(state);
  if (recorded === undefined && call.recordings === 'only') throw notRecorded(call);
  const standing = recorded ?? (await carryOut(call, state, { ...deps, ...(signal && { signal }) }));
  await deps.records.noteUse(call.runId, state);
  return {
    observation: standing.observationHash,
    status: standing.observation.status,
    source: recorded === undefined ? 'live' : 'recording',
    state,
  };
}

type Carrying = CallDependencies & { readonly signal?: AbortSignal };

async function carryOut(call: ToolCall, state: string, deps: Carrying): Promise<RecordedCall> {
  const { store, records, shelf, signal } = deps;
  const request = ToolRequest.parse(await store.loadBody(call.request));
  const named = await loadServer(store, call.server);
  const live = await serverAtState(call, named, deps);
  try {
    const announce = { remote: named.reach.kind === 'http', state, records };
    const observation = await announced(announce, live, { request, ...(signal && { signal }) });
    const record = { state, previous: call.state, request, requestHash: call.request, observation };
    const standing = await records.keep({ ...record, server: call.server });
    live.state = state;
    // Another worker was quicker: what it wrote is the answer, and this server goes on only if it said the same.
    if (live.disagreement(standing.observation) === undefined) shelf.put(live);
    else await shelf.drop(live);
    return standing;
  } catch (error) {
    // Whether the call had its effect is not known; the next try starts from the state before it.
    await shelf.drop(live);
    throw error;
  }
}

/**
 * The call itself. A server whose state nobody can bring back is asked for a change only once: that it will be is written
 * down before. Fails with ToolServer.EffectUnknown where that stands already.
 */
async function announced(
  { remote, state, records }: { readonly remote: boolean; readonly state: string; readonly records: ToolRecords },
  live: LiveServer,
  { request, signal }: { readonly request: ToolRequest; readonly signal?: AbortSignal },
): ReturnType<LiveServer['call']> {
  if (!remote || (await live.repeatable(request.name))) return live.call(request, signal);
  if (!(await records.begin(state))) {
    throw new ToolServerError(
      'EffectUnknown',
      `${live.name}: ${request.name} was cut off by an earlier failure, and the server does not say that it may be repeated`,
    );
  }
  try {
    return await live.call(request, signal);
  } catch (error) {
    if (neverArrived(error)) await records.unbegin(state);
    throw error;
  }
}

async function loadServer(store: McpStore, hash: ToolCall['server']): Promise<NamedReach> {
  const { name, reach } = PoolServer.pick({ name: true, reach: true })
    .strip()
    .parse(await store.loadBody(hash));
  return { name, reach };
}

function notRecorded({ call }: ToolCall): ToolServerError {
  return new ToolServerError(
    'NotRecorded',
    `call ${call} is on no recording, and "recordings: only" starts no server. Import the recordings of the run, or set "recordings: reuse".`,
  );
}
