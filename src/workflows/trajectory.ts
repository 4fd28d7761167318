/**
 * One trajectory (paper §3.1, figure 2; method §5, §7): the episode is opened and played, its judges are asked, and what
 * remains is closed. An episode that fails is played again from its beginning, with other answers and a server of its own,
 * up to the configured attempts; then it is recorded with the class of its failure and never exported. In the original a
 * failed one is written like any other.
 */
import { continueAsNew } from '@temporalio/workflow';
import type { ClaimedItem, RunSettings, TrajectorySettings } from '../activities/store/contract.ts';
import type { OpenedEpisode } from '../activities/store/episode-contract.ts';
import type { BlobHash } from '../domain/ids.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { createAsk } from './asking.ts';
import { createEmulator } from './emulation.ts';
import { firstPlace, type Interaction, type InteractionEnd, interact, type Place } from './interaction.ts';
import { outcomeOf } from './item-outcome.ts';
import { askJudge } from './judge-batch.ts';
import { episodeStore, store, toolCalls } from './resources.ts';
import { showOutcome } from './search-attributes.ts';

export interface TrajectoryInput {
  readonly run: RunSettings;
  readonly item: ClaimedItem;
  /** Where an earlier execution stopped; absent at the start. A persisted interface. */
  readonly at?: { readonly attempt: number; readonly place: Place };
}

/** More asks than one prompt can take in one attempt. */
const samplesPerAttempt = 1_000;
/** More asks than one item can take before it is opened again. */
const samplesPerRound = 10_000;

export async function trajectory(input: TrajectoryInput): Promise<Outcome> {
  const played = await play(input);
  if ('run' in played) return continueAsNew<typeof trajectory>(played);
  showOutcome(played);
  return played;
}

/** What became of the item, or where a new execution goes on. */
async function play(input: TrajectoryInput): Promise<Outcome | TrajectoryInput> {
  const { run, item } = input;
  const settings = settingsOf(run);
  let failed: Outcome | undefined;
  for (let attempt = input.at?.attempt ?? 0; attempt < settings.episodes.attempts; attempt++) {
    const from = attempt === input.at?.attempt ? input.at.place : undefined;
    try {
      const end = await playOnce(input, { settings, attempt, from });
      if (end.status === 'carried') return { run, item, at: { attempt, place: end.place } };
      if (end.status === 'closed') return end.outcome;
      failed = end.outcome;
    } catch (error) {
      failed = outcomeOf(error);
    }
  }
  const outcome = failed ?? { status: 'failed', class: 'Workflow.Failed', detail: 'no attempt was allowed' };
  await store.closeItem({ runId: run.runId, kind: 'episode', id: item.id, outcome });
  return outcome;
}

interface Attempt {
  readonly settings: TrajectorySettings;
  readonly attempt: number;
  readonly from: Place | undefined;
}

type AttemptEnd =
  | { readonly status: 'closed'; readonly outcome: Outcome }
  | Extract<InteractionEnd, { status: 'carried' | 'lost' }>;

async function playOnce({ run, item }: TrajectoryInput, { settings, attempt, from }: Attempt): Promise<AttemptEnd> {
  const { runId } = run;
  const { episodes, judging } = settings;
  // Counted over all rounds, so that an episode that is opened again meets a server of its own too.
  const number = item.round * episodes.attempts + attempt;
  const opened =
    from?.opened ??
    (await episodeStore.openEpisode.executeWithOptions({ summary: `attempt ${attempt + 1}` }, [
      { runId, id: item.id, attempt: number },
    ]));
  const played = interact(interactionOf({ run, item }, episodes, attempt), from ?? firstPlace(opened));
  const end = await thenEnding({ id: item.id, opened }, played);
  if (end.status !== 'ended') return end;

  const { tools } = opened;
  const { conversation, stopReason, ending } = end;
  const recorded = await episodeStore.recordEpisode.executeWithOptions({ summary: stopReason }, [
    { runId, id: item.id, attempt: number, conversation, tools, ending, stopReason },
  ]);
  if (recorded.status === 'closed') return recorded;

  const judges = await Promise.all(
    Array.from({ length: opened.judges }, (_, judge) =>
      askJudge(recorded.conversation, { runId, judge, round: item.round, tries: judging.reask }),
    ),
  );
  const outcome = await episodeStore.closeEpisode({
    runId,
    id: item.id,
    episode: recorded.episode,
    trajectory: recorded.conversation.body,
    judges,
  });
  return { status: 'closed', outcome };
}

/** Lets go of a live server once its episode is over, however it ended. */
async function thenEnding(
  { id: episode, opened }: { id: string; opened: OpenedEpisode },
  played: Promise<InteractionEnd>,
): Promise<InteractionEnd> {
  const close = async (): Promise<void> => {
    if (opened.environment === 'live') await toolCalls.endEpisode({ episode });
  };
  try {
    const end = await played;
    if (end.status !== 'carried') await close();
    return end;
  } catch (error) {
    await close();
    throw error;
  }
}

function interactionOf(
  { run, item }: Pick<TrajectoryInput, 'run' | 'item'>,
  episodes: TrajectorySettings['episodes'],
  attempt: number,
): Interaction {
  const { runId } = run;
  const server = serverOf(item);
  const first = attempt * samplesPerAttempt;
  const ask = createAsk({ runId, subject: item.id, round: item.round, first });
  const emulate = createEmulator({ runId, episode: item.id, plan: item.body, server, reask: episodes.reask, ask });
  return { run, item, server, episodes, firstSample: item.round * samplesPerRound + first, ask, emulate };
}

function serverOf({ id, server }: ClaimedItem): BlobHash {
  if (server === undefined || server === null) throw new TypeError(`${id} came without its server`);
  return server;
}

function settingsOf({ trajectories }: RunSettings): TrajectorySettings {
  if (trajectories === null) throw new TypeError('this run has no trajectories stage');
  return trajectories;
}
