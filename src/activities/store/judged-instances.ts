/** The instances of a run with what their judges said, as they are stored. */
import type { Pool } from 'pg';
import { query } from './pool.ts';

export interface JudgedInstanceRow {
  readonly id: string;
  readonly outcome: string;
  readonly detail: string;
  /** JSON text of the instance. */
  readonly body: string;
  /** JSON text of what recordScores wrote; null before. */
  readonly verdict: string | null;
}

/** In plan order. */
export function loadJudgedInstances(pool: Pool, run: string): Promise<JudgedInstanceRow[]> {
  return query<JudgedInstanceRow>(
    pool,
    `select i.id, i.outcome_key as outcome, i.detail, b.body, v.body as verdict
     from item i join blob b on b.hash = i.body left join blob v on v.hash = i.verdict
     where i.run_id = $1 and i.kind = 'instance' order by i.ordinal`,
    [run],
  );
}
