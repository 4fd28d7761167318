/**
 * A judged conversation as exports see it (method §7.6): the episode, what was said of it, and the few values that every
 * shape of row carries beside the messages.
 */
import type { Episode } from '../../episode/schema.ts';
import type { StoredScore } from '../../episode/verdict/schema.ts';
import type { JsonObject } from '../../json.ts';
import { dimensionNames } from '../../judgement/dimensions.ts';

export interface JudgedEpisode {
  readonly episode: Episode;
  /** Id of the task item. */
  readonly task: string;
  readonly score: StoredScore;
  /** By a second judge; null where none was asked. */
  readonly second: StoredScore | null;
  /** Model that judged. */
  readonly judge: string;
  /** Outcome of the episode: ok, or the judge that gave no usable verdict. */
  readonly outcome: string;
  readonly selected: boolean;
  /** Rule that keeps it out of the training data; empty for a selected one. */
  readonly leftOut: string;
  /** Ids of the calls whose turns are not to be trained on. */
  readonly maskedCalls: ReadonlySet<string>;
}

/** The seven dimensions, null where one does not apply, with their mean and how many of them it rests on. */
export function scoreFields({ dimensions, overall, coverage }: StoredScore): JsonObject {
  const values = dimensionNames.map((name) => {
    const verdict = dimensions[name];
    return [name, verdict.kind === 'score' ? rounded(verdict.value) : null] as const;
  });
  return { ...Object.fromEntries(values), overall: rounded(overall), coverage: coverage.scored };
}

/** To six digits: readers in the field do not keep sixteen. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(6));
}

/** Where a row comes from; the same keys in every row. */
export function episodeMeta({ episode, task, score, judge }: JudgedEpisode): JsonObject {
  const { plan, agent, failures } = episode;
  return {
    episode_id: episode.id,
    task_id: task,
    variant_id: plan.variant,
    server_id: plan.server,
    server: episode.serverName,
    domain: episode.domain,
    language: plan.language,
    kind: plan.kind,
    environment: episode.environment,
    scores: scoreFields(score),
    judge,
    model: agent.model,
    temperature: agent.temperature,
    seed: agent.seed,
    stop_reason: episode.stopReason,
    injected_failures: failures.injected.length,
    licence: episode.licence,
  };
}
