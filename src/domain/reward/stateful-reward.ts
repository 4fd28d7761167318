/**
 * The reward of a trajectory in an environment with state (ours; after paper §3.3): the score of the finished episode.
 * Recall is the share of the goal that was reached, precision says that no more was changed than the gold sequence
 * changes; a call that only reads costs nothing. As elsewhere the calls are made again, and what a sandbox failed at has
 * no reward.
 */
import { resultOf } from '../environment/call-outcome.ts';
import type { Json } from '../json.ts';
import { type Goal, type MadeCall, missingAnswers, unmetAssertions } from '../stateful/goal.ts';
import type { StatefulEnvironment } from '../stateful/schema.ts';
import { scoreEpisode } from '../stateful/score.ts';
import { recordedDifference } from './recorded.ts';
import type { ExecutedCall, RewardOutcome, ScoredCall } from './trajectory-reward.ts';

/** The calls of a trajectory, made again one after the other in one episode. */
export interface ExecutedEpisode {
  readonly calls: readonly ExecutedCall[];
  /** SHA-256 of STATE before the first call and after each one. */
  readonly stateHashes: readonly string[];
  readonly finalState: Json;
  /** Why STATE cannot be read after the calls; null when it can. */
  readonly unreadable: string | null;
}

/** The hash of STATE before the first call and after each call, made or not; `seen` has one for each that was made. */
export function hashesByCall(made: readonly boolean[], seen: readonly string[]): string[] {
  const hashes = seen.slice(0, 1);
  let at = 0;
  for (const isMade of made) {
    if (isMade) at += 1;
    // After a call that ran into a limit nothing is made: STATE stays.
    hashes.push(seen[at] ?? hashes.at(-1) ?? '');
  }
  return hashes;
}

/** Scores an episode; `n` counts the assertions of the goal and its answers. */
export function rewardEpisode(environment: StatefulEnvironment, episode: ExecutedEpisode): RewardOutcome {
  const lost = episode.calls.find(({ run }) => run?.status === 'infra');
  if (lost !== undefined) {
    const detail = `the sandbox could not run ${lost.call.name}: ${lost.run?.error?.message ?? ''}`;
    return { status: 'failed', class: 'Sandbox.Infra', detail };
  }
  if (episode.unreadable !== null) {
    const detail = `after the calls STATE cannot be read: ${episode.unreadable}`;
    return { status: 'rejected', rule: 'state_unreadable', detail };
  }
  const goal: Goal = { assertions: environment.goal, answers: environment.answers };
  const own = new Set(environment.documents.map(({ name }) => name));
  const made = madeOf(episode.calls, own);
  const { finalState, stateHashes } = episode;
  const { recall, precision, score } = scoreEpisode(environment, { calls: made, stateHashes, finalState });
  const n = goal.assertions.length + goal.answers.length;
  const lacking = unmetAssertions(goal, finalState).length + missingAnswers(goal, made).length;
  const perCall = episode.calls.map((one, at) =>
    scoredCall(one, {
      goal,
      before: madeOf(episode.calls.slice(0, at), own),
      changed: stateHashes[at] !== stateHashes[at + 1],
    }),
  );
  return {
    status: 'scored',
    n,
    solved: n - lacking,
    calls: episode.calls.length,
    recall,
    precision,
    reward: score,
    perCall,
  };
}

/** Calls of the environment's own tools that were made; what irrelevant tools gave is nothing here. */
function madeOf(calls: readonly ExecutedCall[], own: ReadonlySet<string>): MadeCall[] {
  return calls.flatMap(({ call, run }) => (run === null || !own.has(call.name) ? [] : [{ fn: call.name, run }]));
}

interface Place {
  readonly goal: Goal;
  readonly before: readonly MadeCall[];
  readonly changed: boolean;
}

function scoredCall({ call, recorded, run }: ExecutedCall, { goal, before, changed }: Place): ScoredCall {
  const { id, name } = call;
  if (run === null) {
    const verdict = call.arguments === null ? 'unreadable_arguments' : 'unknown_tool';
    return { id, name, verdict, answers: [], difference: null };
  }
  const difference = recordedDifference(recorded, run);
  const still = missingAnswers(goal, [...before, { fn: name, run }]);
  const answers = missingAnswers(goal, before)
    .filter((one) => !still.includes(one))
    .map(({ gold }) => gold.text);
  const read = resultOf(run) === undefined ? 'error' : 'read';
  return { id, name, verdict: answers.length > 0 ? 'solved' : changed ? 'changed' : read, answers, difference };
}
