/** The judgement of an episode taken again from its stored replies: trajectory, scores and outcome must be the same. */
import type { AuditedEpisode } from '../../activities/store/audited-episodes.ts';
import { admitEpisode } from '../../domain/episode/record.ts';
import type { EpisodeVerdict } from '../../domain/episode/verdict/schema.ts';
import { canonicalJson, hashJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { readReplies } from '../../domain/judgement/answers.ts';
import { scoreTrajectory } from '../../domain/judgement/dimensions.ts';
import { judgementOutcome } from '../../domain/judgement/outcome.ts';
import { outcomeKey } from '../../domain/run/outcome.ts';
import type { Trajectory } from '../../domain/trajectory/schema.ts';

export function judgementFaults(row: AuditedEpisode, verdict: EpisodeVerdict): string[] {
  const admission = row.episode === null ? undefined : admitEpisode(row.episode);
  if (admission?.ok !== true) return ['was judged, and no judge may be asked about it'];
  const { trajectory } = admission;
  const judged = hashJson(trajectory as object as Json); // parsed from JSON
  return [
    ...(judged === verdict.trajectory ? [] : ['its judges were asked about another conversation']),
    ...scoreFaults(row, trajectory, verdict),
  ];
}

function scoreFaults({ outcome, replies }: AuditedEpisode, trajectory: Trajectory, verdict: EpisodeVerdict): string[] {
  const [first, second] = verdict.judges.map((answers) => scoreTrajectory(trajectory, readReplies(answers, replies)));
  const [deciding] = verdict.judges;
  if (first === undefined || deciding === undefined) return ['has a verdict without a judge'];
  const again = outcomeKey(judgementOutcome(first, deciding.lacking));
  return [
    ...(same(first, verdict.score) ? [] : ['its replies give other scores']),
    ...(same(second ?? null, verdict.second) ? [] : ['the replies of its second judge give other scores']),
    ...(again === outcome ? [] : [`its replies give ${again}, recorded ${outcome}`]),
  ];
}

/** Scores are JSON throughout. */
function same(one: object | null, other: object | null): boolean {
  return canonicalJson(one as Json) === canonicalJson(other as Json);
}
