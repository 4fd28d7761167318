/** What the judges said of each conversation of a file: never a number where a reply is missing. */
import type { Json } from '../../domain/json.ts';
import { type JudgeAnswers, readReplies } from '../../domain/judgement/answers.ts';
import { scoreTrajectory, type TrajectoryScore } from '../../domain/judgement/dimensions.ts';
import { judgementOutcome } from '../../domain/judgement/outcome.ts';
import { outcomeKey } from '../../domain/run/outcome.ts';
import type { Admitted, Refused } from './conversations.ts';

export interface JudgedTrajectoryRow {
  readonly id: string;
  /** ok, rejected:<rule>, failed:<class> or quarantined:<judge>. */
  readonly outcome: string;
  readonly detail: string;
  /** Mean of the dimensions that apply; null when one has no verdict or the row was refused. */
  readonly overall: number | null;
  readonly coverage: TrajectoryScore['coverage'] | null;
  readonly dimensions: Partial<TrajectoryScore['dimensions']>;
}

/** A row that no judge was asked about. */
export function refusedRow({ id, rule, detail }: Refused): JudgedTrajectoryRow {
  return { id, outcome: `rejected:${rule}`, detail, overall: null, coverage: null, dimensions: {} };
}

/** A row as its first judge sees it. */
export function judgedRow(id: string, score: TrajectoryScore, { lacking }: JudgeAnswers): JudgedTrajectoryRow {
  const outcome = judgementOutcome(score, lacking);
  const { overall, coverage, dimensions } = score;
  const detail = outcome.status === 'ok' ? '' : outcome.detail;
  return {
    id,
    outcome: outcomeKey(outcome),
    detail,
    overall: outcome.status === 'ok' ? overall : null,
    coverage,
    dimensions,
  };
}

/** The seven verdicts by the stored replies of one judge. Throws when a stored reply no longer fits its schema. */
export function scoreOf(
  { trajectory }: Admitted,
  answers: JudgeAnswers,
  bodies: ReadonlyMap<string, Json>,
): TrajectoryScore {
  return scoreTrajectory(trajectory, readReplies(answers, bodies));
}
