/**
 * One call of the agent answered (method §5.2, §5.3): refused when it fits no tool, failed when the plan says so, else
 * answered by the emulator or by the server itself. Made-up failures reach nobody and change no state.
 */
import type { AgentCall } from '../activities/llm/converse-contract.ts';
import type { ClaimedItem, RunSettings, TrajectorySettings } from '../activities/store/contract.ts';
import type { OpenedEpisode } from '../activities/store/episode-contract.ts';
import type { TurnResult } from '../domain/episode/turn-result.ts';
import type { BlobHash } from '../domain/ids.ts';
import { drawFailure, type EarlierCall, type PlannedCall, staleAnswer } from '../domain/tool-call/failure-plan.ts';
import type { Emulator } from './emulation.ts';
import { toolCalls } from './resources.ts';

/** A call of the episode that was not refused, and where its answer lies. */
export interface SeenCall extends EarlierCall {
  /** Null for a made-up failure. */
  readonly observation: BlobHash | null;
}

export interface CallDesk {
  readonly run: RunSettings;
  readonly item: ClaimedItem;
  readonly server: BlobHash;
  readonly episodes: TrajectorySettings['episodes'];
  readonly emulate: Emulator;
  readonly opened: OpenedEpisode;
}

interface Before {
  readonly state: string;
  readonly seen: readonly SeenCall[];
}

type CallAnswer =
  /** `seen` is null for a call that fits no tool. */
  | { readonly result: TurnResult; readonly seen: SeenCall | null }
  | { readonly unusable: { readonly rule: string; readonly detail: string } };

export async function answerCall(desk: CallDesk, call: AgentCall, before: Before): Promise<CallAnswer> {
  const { id: callId, name: tool, request, problem } = call;
  const { state, seen } = before;
  if (request === null) return { result: { kind: 'refused', callId, problem, state }, seen: null };
  const planned: PlannedCall = { ordinal: seen.length, tool, request };
  const injected = drawFailure(desk.opened.failures, planned, seen);
  if (injected === null) return ask(desk, { call: { ...call, request }, planned, state });
  const status = injected === 'empty' || injected === 'stale' ? 'ok' : 'error';
  const made: SeenCall = { ...planned, injected, status, observation: null };
  if (injected !== 'stale') return { result: { kind: 'injected', callId, failure: injected, state }, seen: made };
  const earlier = seen.find(({ ordinal }) => ordinal === staleAnswer(planned, seen)?.ordinal);
  const observation = earlier?.observation ?? null;
  if (observation === null)
    throw new TypeError(`a stale answer was drawn for ${callId}, which nothing answered before`);
  return { result: { kind: 'stale', callId, observation, state }, seen: made };
}

async function ask(
  desk: CallDesk,
  { call, planned, state }: { call: AgentCall & { readonly request: BlobHash }; planned: PlannedCall; state: string },
): Promise<CallAnswer> {
  const { run, item, server, episodes, opened } = desk;
  const { id: callId, name: tool, request } = call;
  if (opened.environment === 'emulated') {
    // States of an emulation are hashes of its worlds; before the first call there is none yet.
    const answer = await desk.emulate({ state: state === '' ? null : (state as BlobHash), request, tool });
    if (answer.status === 'unusable') return { unusable: answer };
    return answered(callId, planned, { ...answer, source: 'emulator' });
  }
  const answer = await toolCalls.callTool.executeWithOptions({ summary: `${callId} ${tool}` }, [
    {
      runId: run.runId,
      episode: item.id,
      server,
      state,
      request,
      call: callId,
      recordings: episodes.recordings,
    },
  ]);
  // Whether this episode asked the server or another one had before is a matter of moments: equal runs give equal records.
  return answered(callId, planned, { ...answer, source: episodes.recordings === 'only' ? 'recording' : 'live' });
}

function answered(
  callId: string,
  planned: PlannedCall,
  answer: {
    readonly observation: BlobHash;
    readonly status: 'ok' | 'error';
    readonly source: 'live' | 'recording' | 'emulator';
    readonly state: string;
  },
): CallAnswer {
  const { observation, status, source, state } = answer;
  return {
    result: { kind: 'observed', callId, observation, source, state },
    seen: { ...planned, injected: null, status, observation },
  };
}
