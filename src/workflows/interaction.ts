/**
 * The conversation of one episode (paper §3.1, method §5.1): the agent speaks, its calls are answered one after the other,
 * the simulated user answers what is no call. Every turn and every call is an activity with a recorded result, so a killed
 * worker costs at most what was in flight; the original loses the episode.
 */
import { workflowInfo } from '@temporalio/workflow';
import type { ConverseOutcome } from '../activities/llm/converse-contract.ts';
import type { ClaimedItem, RunSettings, TrajectorySettings } from '../activities/store/contract.ts';
import type { OpenedEpisode } from '../activities/store/episode-contract.ts';
import type { StopReason } from '../domain/episode/schema.ts';
import type { TurnResult } from '../domain/episode/turn-result.ts';
import type { BlobHash } from '../domain/ids.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { llmQueue } from '../domain/run/task-queues.ts';
import { goOnFirst, historyBudget } from './activity-options.ts';
import type { Ask } from './asking.ts';
import type { Emulator } from './emulation.ts';
import { failureType } from './item-outcome.ts';
import { agent } from './resources.ts';
import { askUser } from './simulated-user.ts';
import { answerCall, type CallDesk, type SeenCall } from './tool-turn.ts';

/** A conversation between two turns of the agent; travels into the next execution, so it is a persisted interface. */
export interface Place {
  readonly opened: OpenedEpisode;
  readonly conversation: BlobHash;
  readonly results: readonly TurnResult[];
  /** Reply of the simulated user that the agent has not seen yet. */
  readonly said: BlobHash | null;
  /** Requests to the agent's model so far. */
  readonly asked: number;
  /** State of the server or of the emulation; empty before an emulation's first call. */
  readonly state: string;
  readonly seen: readonly SeenCall[];
}

export interface Interaction {
  readonly run: RunSettings;
  readonly item: ClaimedItem;
  readonly server: BlobHash;
  readonly episodes: TrajectorySettings['episodes'];
  /** First sample number of this attempt. */
  readonly firstSample: number;
  readonly ask: Ask;
  readonly emulate: Emulator;
}

export type InteractionEnd =
  | {
      readonly status: 'ended';
      readonly conversation: BlobHash;
      readonly stopReason: StopReason;
      /** Last reply of the simulated user, when it ended the conversation. */
      readonly ending: BlobHash | null;
    }
  /** The history has grown large: to be continued from here in a new execution. */
  | { readonly status: 'carried'; readonly place: Place }
  /** An emulator or a simulated user gave nothing usable. */
  | { readonly status: 'lost'; readonly outcome: Outcome };

export function firstPlace(opened: OpenedEpisode): Place {
  const { conversation, state } = opened;
  return { opened, conversation, results: [], said: null, asked: 0, state, seen: [] };
}

/** Plays from a place to the end of the conversation. Fails with whatever an activity fails with. */
export async function interact(play: Interaction, from: Place): Promise<InteractionEnd> {
  for (let place = from; ; ) {
    if (workflowInfo().historyLength > historyBudget || workflowInfo().continueAsNewSuggested)
      return { status: 'carried', place };
    const turn = await nextTurn(play, place);
    if ('stopReason' in turn) return { status: 'ended', ending: null, ...turn };
    const said: Place = { ...place, conversation: turn.conversation, asked: turn.asked, results: [], said: null };
    if (turn.calls.length > 0) {
      const answered = await answerCalls(play, said, turn.calls);
      if ('outcome' in answered) return { status: 'lost', ...answered };
      place = answered;
      continue;
    }
    if (!place.opened.hasUser)
      return { status: 'ended', conversation: turn.conversation, stopReason: 'final_answer', ending: null };
    const { item, ask, episodes } = play;
    const user = await askUser(ask, { plan: item.body, conversation: turn.conversation, reask: episodes.reask });
    if (user.status === 'unusable') return { status: 'lost', outcome: quarantined('trajectory/user', user) };
    if (user.done)
      return { status: 'ended', conversation: turn.conversation, stopReason: 'user_end', ending: user.reply };
    place = { ...said, said: user.reply };
  }
}

type Turn =
  | { readonly conversation: BlobHash; readonly stopReason: StopReason }
  | (Pick<Extract<ConverseOutcome, { status: 'said' }>, 'conversation' | 'calls'> & { readonly asked: number });

/** The agent's next turn; asked again, under further sample numbers, while it gives nothing that can stand. */
async function nextTurn(play: Interaction, place: Place): Promise<Turn> {
  let { asked } = place;
  for (let ask = 0; ; ask++) {
    const outcome = await converse(play, { place, asked, ask });
    if (outcome.status === 'stopped') return { conversation: outcome.conversation, stopReason: outcome.why };
    asked += 1;
    if (outcome.status === 'said') return { conversation: outcome.conversation, calls: outcome.calls, asked };
    if (ask + 1 >= play.episodes.reask) return { conversation: outcome.conversation, stopReason: outcome.why };
  }
}

async function converse(
  { run, item, episodes, firstSample }: Interaction,
  { place, asked, ask }: { place: Place; asked: number; ask: number },
): Promise<ConverseOutcome> {
  const { opened, conversation, results, said } = place;
  const summary = `turn ${asked + 1}${ask === 0 ? '' : ` (ask ${ask + 1})`}`;
  const request = { runId: run.runId, subject: item.id, tools: opened.tools, conversation, results, said };
  const send = (contextTokens: number): Promise<ConverseOutcome> =>
    agent.converse.executeWithOptions({ taskQueue: llmQueue('agent'), summary, ...(asked > 0 && goOnFirst) }, [
      {
        ...request,
        sample: firstSample + ask,
        limits: { calls: episodes.maxCalls - asked, contextTokens },
      },
    ]);
  try {
    return await send(episodes.maxContextTokens);
  } catch (error) {
    if (asked === 0 || failureType(error) !== 'Provider.ContextTooLong') throw error;
    // The endpoint's own limit is lower than ours: with none left, the conversation is closed as it stands.
    return send(0);
  }
}

async function answerCalls(
  play: Interaction,
  place: Place,
  calls: Extract<ConverseOutcome, { status: 'said' }>['calls'],
): Promise<Place | { readonly outcome: Outcome }> {
  const { run, item, server, episodes, emulate } = play;
  const desk: CallDesk = { run, item, server, episodes, emulate, opened: place.opened };
  let { state, seen } = place;
  const results: TurnResult[] = [];
  // One after the other: what a call does may be what the next one needs.
  for (const call of calls) {
    const answer = await answerCall(desk, call, { state, seen });
    if ('unusable' in answer) return { outcome: quarantined('trajectory/emulate', answer.unusable) };
    results.push(answer.result);
    [state, seen] = [answer.result.state, answer.seen === null ? seen : [...seen, answer.seen]];
  }
  return { ...place, results, state, seen };
}

function quarantined(judge: string, { rule, detail }: { readonly rule: string; readonly detail: string }): Outcome {
  return { status: 'quarantined', judge, detail: `${rule}: ${detail}`.slice(0, 500) };
}
