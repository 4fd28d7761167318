/** Judged conversations of a run in plan order, page by page: for exports, cards and training. */
import { Episode } from '../../domain/episode/schema.ts';
import { EpisodeVerdict } from '../../domain/episode/verdict/schema.ts';
import type { JudgedEpisode } from '../../domain/export/episodes/judged-episode.ts';
import { CallsReply } from '../../domain/judgement/schema.ts';
import { resolveModel } from '../../domain/run/models.ts';
import { loadBodies } from './blobs.ts';
import { type Queryable, query } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { parseStored } from './stored-body.ts';

export interface JudgedOrder {
  /** Only what is training data. */
  readonly selected: boolean;
  /** Name the calls that the first judge refused. */
  readonly maskRefused: boolean;
}

const pageSize = 100;

/** Episodes that judges were asked about. */
export async function* eachJudgedEpisode(
  on: Queryable,
  runId: string,
  order: JudgedOrder,
): AsyncGenerator<JudgedEpisode, void> {
  const judge = resolveModel(await loadRunConfig(on, runId), 'judge').model;
  let after = -1;
  for (;;) {
    const page = await query<JudgedRow>(on, judgedSql, [runId, after, pageSize, order.selected]);
    const verdicts = page.map(({ id, verdict }) => parseStored(EpisodeVerdict, verdict, id));
    const masked = order.maskRefused ? await refusedCalls(on, verdicts) : [];
    for (const [at, row] of page.entries()) {
      const verdict = verdicts[at];
      if (verdict === undefined) continue;
      yield {
        episode: parseStored(Episode, row.episode, row.id),
        task: row.task,
        score: verdict.score,
        second: verdict.second,
        judge,
        outcome: row.outcome,
        selected: row.selected,
        leftOut: row.left_out,
        maskedCalls: masked[at] ?? new Set(),
      };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.ordinal ?? after;
  }
}

interface JudgedRow {
  readonly id: string;
  readonly ordinal: number;
  readonly outcome: string;
  readonly selected: boolean;
  readonly left_out: string;
  readonly task: string;
  readonly episode: string;
  readonly verdict: string;
}

/** Ids of the calls that the first judge found not worth making, or failed. */
async function refusedCalls(on: Queryable, verdicts: readonly EpisodeVerdict[]): Promise<ReadonlySet<string>[]> {
  const hashes = verdicts.map((verdict) => verdict.judges[0]?.calls ?? null);
  const bodies = await loadBodies(
    on,
    hashes.filter((hash) => hash !== null),
  );
  return hashes.map((hash) => {
    if (hash === null) return new Set();
    const { calls } = CallsReply.parse(bodies.get(hash));
    return new Set(calls.flatMap((call) => (call.score === 0 ? [call.call_id] : [])));
  });
}

const judgedSql = `
  select i.id, i.ordinal, i.outcome_key as outcome, i.selected, i.left_out, p.parent_id as task, b.body as episode,
    v.body as verdict
  from item i join blob b on b.hash = i.result_body join blob v on v.hash = i.verdict
    join item p on p.run_id = i.run_id and p.kind = 'variant' and p.id = i.parent_id
  where i.run_id = $1 and i.kind = 'episode' and i.ordinal > $2 and (i.selected or not $4)
  order by i.ordinal limit $3`;
