/**
 * The score of a finished episode (ours, for reinforcement learning; F1-like as the paper's reward, §3.3): recall is the
 * share of goal assertions that hold and answers that were given, precision says that no more was changed than the gold
 * sequence changes. Another way to the goal that is as short scores as much; calls that only read cost nothing.
 */
import type { Json } from '../json.ts';
import { type Goal, type MadeCall, missingAnswers, unmetAssertions } from './goal.ts';
import type { StatefulEnvironment } from './schema.ts';

export interface FinishedEpisode {
  readonly calls: readonly MadeCall[];
  /** SHA-256 of STATE before the first call and after each one. */
  readonly stateHashes: readonly string[];
  readonly finalState: Json;
}

export interface EpisodeScore {
  /** In [0, 1]: 1 when the goal is reached with no more changes than the gold sequence makes. */
  readonly score: number;
  readonly recall: number;
  readonly precision: number;
  /** Calls after which STATE was another. */
  readonly changes: number;
}

type Scored = Pick<StatefulEnvironment, 'goal' | 'answers' | 'gold' | 'initialStateHash'>;

/** Scores an episode of this environment; calls that changed nothing have precision 1, no call at all has 0. */
export function scoreEpisode(environment: Scored, episode: FinishedEpisode): EpisodeScore {
  const goal: Goal = { assertions: environment.goal, answers: environment.answers };
  const wanted = goal.assertions.length + goal.answers.length;
  const lacking = unmetAssertions(goal, episode.finalState).length + missingAnswers(goal, episode.calls).length;
  const recall = (wanted - lacking) / wanted;
  const changes = changesIn(episode.stateHashes);
  const needed = changesIn([environment.initialStateHash, ...environment.gold.map((step) => step.stateHash)]);
  const precision = episode.calls.length === 0 ? 0 : changes === 0 ? 1 : Math.min(1, needed / changes);
  const sum = recall + precision;
  return { score: sum === 0 ? 0 : (2 * recall * precision) / sum, recall, precision, changes };
}

function changesIn(hashes: readonly string[]): number {
  return hashes.filter((hash, at) => at > 0 && hash !== hashes[at - 1]).length;
}
