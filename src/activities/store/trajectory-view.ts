/** What the judged episodes of a run came to (method §7.5): how many are training data, why the others are not, how far judges agree. */
import { EpisodeVerdict } from '../../domain/episode/verdict/schema.ts';
import { type AgreementByDimension, agreementOf } from '../../domain/judgement/disagreement.ts';
import { type ScoreStep, scoreHistogram } from '../../domain/selection/histogram.ts';
import { type Queryable, query } from './pool.ts';

export interface TrajectoryView {
  readonly judged: number;
  readonly selected: number;
  /** Judged ones that are no training data, per rule. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Overall scores of all judged ones: enough to choose another threshold by. */
  readonly histogram: readonly ScoreStep[];
  /** Null while the run goes on, and where no second judge was asked. */
  readonly agreement: AgreementByDimension | null;
}

/** Null without a judged episode. */
export async function loadTrajectories(on: Queryable, runId: string, ended: boolean): Promise<TrajectoryView | null> {
  const rows = await query<{ rule: string; selected: boolean; count: number }>(
    on,
    `select left_out as rule, selected, count(*) as count from item
     where run_id = $1 and kind = 'episode' and status = 'ok' group by 1, 2 order by 1`,
    [runId],
  );
  if (rows.length === 0) return null;
  const sum = (list: typeof rows): number => list.reduce((total, { count }) => total + count, 0);
  return {
    judged: sum(rows),
    selected: sum(rows.filter(({ selected }) => selected)),
    leftOut: Object.fromEntries(rows.filter(({ rule }) => rule !== '').map(({ rule, count }) => [rule, count])),
    histogram: await loadHistogram(on, runId),
    agreement: ended ? await loadAgreement(on, runId) : null,
  };
}

async function loadHistogram(on: Queryable, runId: string): Promise<ScoreStep[]> {
  const scores = await query<{ score: number; count: number }>(
    on,
    "select score, count(*) as count from item where run_id = $1 and kind = 'episode' and score is not null group by 1",
    [runId],
  );
  return scoreHistogram(scores.flatMap(({ score, count }) => Array.from({ length: count }, () => score)));
}

async function loadAgreement(on: Queryable, runId: string): Promise<AgreementByDimension | null> {
  const rows = await query<{ body: string }>(
    on,
    `select b.body from item i join blob b on b.hash = i.verdict
     where i.run_id = $1 and i.kind = 'episode' and b.body::json ->> 'second' is not null order by i.ordinal`,
    [runId],
  );
  const twice = rows.flatMap(({ body }) => {
    const { score, second } = EpisodeVerdict.parse(JSON.parse(body));
    return second === null ? [] : [{ first: score, second }];
  });
  return twice.length === 0 ? null : agreementOf(twice, runId);
}
