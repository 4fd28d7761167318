/** What became of the items of a run, counted. */
import type { OutcomeCounts } from '../../domain/run/outcome.ts';
import type { StoredKind } from './contract.ts';
import { type Queryable, query } from './pool.ts';

/** Items of a kind per outcome key. */
export async function loadOutcomes(on: Queryable, runId: string, kind: StoredKind): Promise<OutcomeCounts> {
  const rows = await query<{ key: string; count: number }>(
    on,
    'select outcome_key as key, count(*) as count from item where run_id = $1 and kind = $2 group by 1 order by 1',
    [runId, kind],
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.count]));
}
