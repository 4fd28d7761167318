/** Progress of a run's three walks over items: questions decomposed, instances scored, environments built. */
import { isRefused } from './instance-place.ts';
import { type Queryable, query } from './pool.ts';

export interface StageCounts {
  readonly name: 'decomposition' | 'scores' | 'environments';
  /** Null while the stage's items are not all known. */
  readonly total: number | null;
  readonly open: number;
  readonly ok: number;
  readonly rejected: number;
  /** By class, and quarantined by a judge. */
  readonly failed: number;
  /** Items that ended, per minute; null for the scores, which leave no time of their own. */
  readonly perMinute: number | null;
}

interface Counted {
  readonly name: StageCounts['name'];
  readonly open: number;
  readonly ok: number;
  readonly rejected: number;
  readonly failed: number;
  readonly recent: number;
}

/** The three stages in order. `minutes`: what the rates are taken over. */
export async function loadStages(on: Queryable, runId: string, minutes: number): Promise<StageCounts[]> {
  const [run] = await query<{ planned: boolean; selected: boolean }>(
    on,
    `select planned_questions is not null as planned, exists (select from item where run_id = $1 and
       (selected or reason = 'not_selected')) as selected from run where id = $1`,
    [runId],
  );
  const rows = await query<Counted>(on, stagesSql, [runId, minutes]);
  const decomposed = rows.find((row) => row.name === 'decomposition')?.open === 0;
  const known = {
    decomposition: run?.planned === true,
    scores: run?.planned === true && decomposed,
    environments: run?.selected === true,
  };
  return (['decomposition', 'scores', 'environments'] as const).map((name) => {
    const { recent, ...counts } = rows.find((row) => row.name === name) ?? { ...nothing, name };
    const sum = counts.open + counts.ok + counts.rejected + counts.failed;
    return { ...counts, total: known[name] ? sum : null, perMinute: name === 'scores' ? null : recent / minutes };
  });
}

const nothing = { open: 0, ok: 0, rejected: 0, failed: 0, recent: 0 };

// A scored instance is "ok" in the scores, whatever became of it later; a selected one is an item of the environments.
const stagesSql = `
  with walked as (
    select 'decomposition' as name, status, closed_at from item where run_id = $1 and kind = 'question'
    union all
    select 'scores', case when score is not null then 'ok' else status end, null from item
    where run_id = $1 and kind = 'instance' and not ${isRefused}
    union all
    select 'environments', status, closed_at from item where run_id = $1 and kind = 'instance' and selected
  )
  select name, count(*) filter (where status = 'open') as open, count(*) filter (where status = 'ok') as ok,
    count(*) filter (where status = 'rejected') as rejected,
    count(*) filter (where status in ('failed', 'quarantined')) as failed,
    count(*) filter (where closed_at > now() - make_interval(mins => $2)) as recent
  from walked group by name`;
