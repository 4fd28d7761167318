/** Calls behind an explained id: with which prompt, model and sample, at what price, by which workflow. */
import { type Identified, isResult } from './explained-id.ts';
import { type Queryable, query } from './pool.ts';

export interface ExplainedCall {
  readonly run: string;
  readonly key: string;
  readonly subject: string;
  readonly workflowId: string;
  readonly prompt: string;
  readonly promptHash: string;
  readonly model: string;
  readonly sample: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: number;
  /** False: this run took the answer from the record. */
  readonly paid: boolean;
  /** Hash of the validated reply; null when it was unusable. */
  readonly reply: string | null;
  readonly problems: readonly string[];
}

/** More is a list for `astra audit`, not an explanation. */
const mostCalls = 200;

/** Calls made for an id or for something below it, in the order they were made. */
export async function callsFor(on: Queryable, { id, kind, runs, facts }: Identified): Promise<ExplainedCall[]> {
  if (kind === 'run') {
    return query<ExplainedCall>(on, `${callsSql} where u.run_id = $1 order by u.created_at, u.call_key limit $2`, [
      id,
      mostCalls,
    ]);
  }
  const subjects = kind === 'tool' ? [String(facts['instance'])] : isResult(kind) ? await builtFrom(on, id) : [id];
  return query<ExplainedCall>(
    on,
    `${callsSql} where u.run_id = any($1::text[]) and (u.subject = any($2::text[]) or u.subject like any($3::text[]))
     order by u.created_at, u.call_key limit $4`,
    [runs, subjects, subjects.map((subject) => `${subject}/%`), mostCalls],
  );
}

/** Everyone who used one call. */
export async function usesOf(on: Queryable, key: string): Promise<ExplainedCall[]> {
  return query<ExplainedCall>(on, `${callsSql} where u.call_key = $1 order by u.run_id, u.subject limit $2`, [
    key,
    mostCalls,
  ]);
}

async function builtFrom(on: Queryable, id: string): Promise<string[]> {
  const rows = await query<{ id: string }>(on, 'select distinct id from item where result_id = $1', [id]);
  return rows.map((row) => row.id);
}

const callsSql = `
  select u.run_id as run, u.call_key as key, u.subject, u.workflow_id as "workflowId", u.prompt,
    c.prompt_hash as "promptHash", c.model, c.sample, c.prompt_tokens as "promptTokens",
    c.completion_tokens as "completionTokens", c.cost,
    exists (select from charge where run_id = u.run_id and call_key = u.call_key) as paid, u.reply, u.problems
  from call_use u join llm_call c using (call_key)`;
