/** What policies of a run scored on its held-out environments. */
import type { PolicyMeasures } from '../../domain/rl/evaluation.ts';
import type { EvaluationKey, EvaluationRecord } from '../trainer/contract.ts';
import { type Queryable, query } from './pool.ts';

type EvaluationRow = Omit<EvaluationRecord, 'measures'> & { measures: string };

const evaluationColumns = 'run_id as "runId", manifest, mode, settings, label, repeats, measures, body';

function evaluationOf(row: EvaluationRow): EvaluationRecord {
  return { ...row, measures: JSON.parse(row.measures) as PolicyMeasures }; // written by saveEvaluation
}

/** Undefined when these weights were not measured under these settings. */
export async function findEvaluation(
  on: Queryable,
  { runId, manifest, mode, settings }: EvaluationKey,
): Promise<EvaluationRecord | undefined> {
  const [row] = await query<EvaluationRow>(
    on,
    `select ${evaluationColumns} from policy_evaluation
     where run_id = $1 and manifest = $2 and mode = $3 and settings = $4`,
    [runId, manifest, mode, settings],
  );
  return row === undefined ? undefined : evaluationOf(row);
}

/** Evaluations of a run in the order they were made. */
export async function evaluationsOf(on: Queryable, runId: string): Promise<EvaluationRecord[]> {
  const rows = await query<EvaluationRow>(
    on,
    `select ${evaluationColumns} from policy_evaluation where run_id = $1 order by created_at, mode`,
    [runId],
  );
  return rows.map(evaluationOf);
}

/** The first measure of a key stays. */
export async function saveEvaluation(on: Queryable, evaluation: EvaluationRecord): Promise<void> {
  const { runId, manifest, mode, settings, label, repeats, measures, body } = evaluation;
  await query(
    on,
    `insert into policy_evaluation (run_id, manifest, mode, settings, label, repeats, measures, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [runId, manifest, mode, settings, label, repeats, JSON.stringify(measures), body],
  );
}
