/** What the judges said of each row of a file, as they said it: never a number where one is missing. */
import type { Pool } from 'pg';
import { type JudgedInstanceRow, loadJudgedInstances } from '../../activities/store/judged-instances.ts';
import { Instance, NecessityReply } from '../../domain/decomposition/schema.ts';
import { type InstanceScore, judgeNecessity, type Verdict } from '../../domain/decomposition/scores.ts';
import type { Json } from '../../domain/json.ts';
import { rowId } from '../verify/decompositions.ts';

export interface JudgedRow {
  /** The row's own id, else its position. */
  readonly id: string;
  readonly outcome: string;
  readonly detail: string;
  /** Mean of the checks that apply; null when one of them has no verdict or the row was refused. */
  readonly overall: number | null;
  readonly coverage: InstanceScore['coverage'] | null;
  readonly dimensions: { readonly [name: string]: Verdict };
}

/** All rows of a run over decompositions, in file order. */
export async function judgedRows(pool: Pool, run: string): Promise<readonly JudgedRow[]> {
  return (await loadJudgedInstances(pool, run)).map(toJudgedRow);
}

function toJudgedRow({ outcome, detail, body, verdict }: JudgedInstanceRow, index: number): JudgedRow {
  // Bodies are canonical JSON texts of the store.
  const value = JSON.parse(body) as Json;
  const instance = Instance.safeParse(value);
  const base = { outcome, detail, overall: null, coverage: null, dimensions: {} };
  if (!instance.success) return { id: rowId(value, index), ...base };
  const id = instance.data.source.sourceId ?? instance.data.id;
  if (verdict === null) return { id, ...base };
  // What recordScores wrote; its numbers were computed by the domain.
  const { necessity, score } = JSON.parse(verdict) as { necessity: Json; score: InstanceScore | null };
  const dimensions = { necessity: necessityVerdict(instance.data, necessity), ...score?.checks };
  return { id, ...base, overall: score?.score ?? null, coverage: score?.coverage ?? null, dimensions };
}

function necessityVerdict(instance: Instance, reply: Json): Verdict {
  const parsed = NecessityReply.safeParse(reply);
  if (!parsed.success) return { kind: 'unresolved', class: 'no_reply', detail: 'no usable reply' };
  const verdict = judgeNecessity(instance, parsed.data);
  return verdict.legal
    ? { kind: 'score', value: 1, reasons: [`tools for nodes ${verdict.toolNodes.join(', ')}`] }
    : { kind: 'score', value: 0, reasons: [verdict.detail] };
}
