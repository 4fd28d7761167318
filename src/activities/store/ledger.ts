/** What a run has used: from its ledger row, which changes in the same statement as the calls it sums. */
import { type Queryable, query } from './pool.ts';

export interface Spend {
  /** Requests the run paid for. */
  readonly calls: number;
  /** Answers it took from the record for nothing. */
  readonly cachedCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In the currency of the prices. */
  readonly cost: number;
}

/** Zeros for a run without calls; an unknown run has none either. */
export async function loadSpend(on: Queryable, runId: string): Promise<Spend> {
  const [row] = await query<Spend & { uses: number }>(
    on,
    `select cost, prompt_tokens as "promptTokens", completion_tokens as "completionTokens",
       (select count(*) from charge where run_id = $1) as calls,
       (select count(*) from call_use where run_id = $1) as uses
     from ledger where run_id = $1`,
    [runId],
  );
  if (row === undefined) return { calls: 0, cachedCalls: 0, promptTokens: 0, completionTokens: 0, cost: 0 };
  const { uses, ...spend } = row;
  return { ...spend, cachedCalls: uses - spend.calls };
}
