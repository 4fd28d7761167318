/** How long each walk over items took, from the times at which items were closed. */
import type { Pool } from 'pg';
import { query } from './pool.ts';

export interface StageTimes {
  /** Seconds; null for a stage that closed no item. */
  readonly decomposition: number | null;
  readonly environments: number | null;
  readonly scenarios: number | null;
  readonly tools: number | null;
  readonly graphs: number | null;
  readonly chains: number | null;
  readonly tasks: number | null;
  readonly 'task scores': number | null;
  readonly trajectories: number | null;
}

/** Wall-clock seconds of the stages of a run; a pause between them counts. */
export async function stageTimes(pool: Pool, run: string): Promise<StageTimes> {
  const [times] = await query<StageTimes>(
    pool,
    `select extract(epoch from q.ended - r.created_at)::float8 as decomposition,
       extract(epoch from i.ended - q.ended)::float8 as environments,
       extract(epoch from s.ended - coalesce(i.ended, q.ended, r.created_at))::float8 as scenarios,
       extract(epoch from t.ended - greatest(q.ended, i.ended, s.ended, r.created_at))::float8 as tools,
       extract(epoch from g.ended - t.ended)::float8 as graphs,
       extract(epoch from c.ended - g.ended)::float8 as chains,
       extract(epoch from w.ended - coalesce(c.ended, g.ended, t.ended))::float8 as tasks,
       extract(epoch from v.ended - w.ended)::float8 as "task scores",
       extract(epoch from e.ended - v.ended)::float8 as trajectories
     from run r
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'question') q
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'instance' and selected) i
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'scenario') s
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'server') t
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'graph') g
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'chain') c
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'task') w
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'variant') v
     cross join (select max(closed_at) as ended from item where run_id = $1 and kind = 'episode') e
     where r.id = $1`,
    [run],
  );
  return times ?? nothing;
}

const nothing: StageTimes = {
  decomposition: null,
  environments: null,
  scenarios: null,
  tools: null,
  graphs: null,
  chains: null,
  tasks: null,
  'task scores': null,
  trajectories: null,
};
