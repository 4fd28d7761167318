/** How a run's conversations were selected, in numbers: enough to choose another threshold by. */
import { type ScoreStep, scoreHistogram } from '../../domain/selection/histogram.ts';
import { type Queryable, query } from './pool.ts';

export interface SelectionView {
  /** Conversations with an overall score. */
  readonly judged: number;
  readonly selected: number;
  /** Conversations per rule that left them out, in the order of their number. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly histogram: readonly ScoreStep[];
}

/** Null before any conversation was selected or left out. */
export async function loadSelection(on: Queryable, runId: string): Promise<SelectionView | null> {
  const decided = await query<{ rule: string; count: number }>(
    on,
    `select left_out as rule, count(*) as count from item
     where run_id = $1 and kind = 'episode' and (selected or left_out <> '') group by 1 order by 2 desc, 1`,
    [runId],
  );
  if (decided.length === 0) return null;
  const scores = await query<{ score: number; count: number }>(
    on,
    "select score, count(*) as count from item where run_id = $1 and kind = 'episode' and score is not null group by 1",
    [runId],
  );
  const leftOut = decided.filter(({ rule }) => rule !== '');
  return {
    judged: scores.reduce((sum, { count }) => sum + count, 0),
    selected: decided.find(({ rule }) => rule === '')?.count ?? 0,
    leftOut: Object.fromEntries(leftOut.map(({ rule, count }) => [rule, count])),
    histogram: scoreHistogram(scores.flatMap(({ score, count }) => Array.from({ length: count }, () => score))),
  };
}
