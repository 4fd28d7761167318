/** What the judges said of an episode (method §7): scored by the domain, kept with every reply. */
import type { Pool } from 'pg';
import type { Json } from '../../domain/json.ts';
import { type JudgeAnswers, readReplies, replyHashes } from '../../domain/judgement/answers.ts';
import { scoreTrajectory, type TrajectoryScore } from '../../domain/judgement/dimensions.ts';
import { judgementOutcome } from '../../domain/judgement/outcome.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { Trajectory } from '../../domain/trajectory/schema.ts';
import { ModelOutputError } from '../failures.ts';
import { createBodyReader, loadBodies, saveValue } from './blobs.ts';
import { requireChainItem } from './chain-item.ts';
import type { EpisodeStoreActivities } from './episode-contract.ts';
import { conversationId } from './episodes.ts';
import { closeItem } from './items.ts';
import { query, transaction } from './pool.ts';
import { loadOwn } from './stored-body.ts';

type Input = Parameters<EpisodeStoreActivities['closeEpisode']>[0];

/** See EpisodeStoreActivities. An episode that is closed keeps its outcome. */
export async function closeEpisode(pool: Pool, input: Input): Promise<Outcome> {
  return transaction(pool, async (client) => {
    const { runId, id, episode, trajectory: judged, judges } = input;
    const row = await requireChainItem(client, { runId, kind: 'episode', id });
    if (row.outcome !== undefined) return row.outcome;
    const trajectory = await loadOwn(createBodyReader(client), judged, Trajectory);
    const bodies = await loadBodies(client, judges.flatMap(replyHashes));
    const [first, second] = judges.map((answers) => scoreBy(trajectory, answers, bodies));
    const [deciding] = judges;
    if (first === undefined || deciding === undefined) throw new TypeError(`episode ${id} came without a judge`);
    const outcome = judgementOutcome(first, deciding.lacking);
    const verdict = { trajectory: judged, judges, score: first, second: second ?? null };
    // Answers and scores are JSON throughout; what reads them holds them against EpisodeVerdict.
    const hash = await saveValue(client, verdict as object as Json);
    await query(client, "update item set verdict = $3, score = $4 where run_id = $1 and kind = 'episode' and id = $2", [
      runId,
      id,
      hash,
      outcome.status === 'ok' ? first.overall : null,
    ]);
    const result = { id: conversationId(episode), body: episode };
    await closeItem(client, { runId, kind: 'episode', id, outcome, result });
    return outcome;
  });
}

function scoreBy(trajectory: Trajectory, answers: JudgeAnswers, bodies: ReadonlyMap<string, Json>): TrajectoryScore {
  try {
    return scoreTrajectory(trajectory, readReplies(answers, bodies));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ModelOutputError(
      `A stored reply of a judge does not fit the schema of its prompt: ${why.slice(0, 300)}. Open the item again to ask anew.`,
      { cause },
    );
  }
}
