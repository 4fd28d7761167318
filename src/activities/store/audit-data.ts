/** What an audit of a run reads: page by page, so that a run of any size fits in memory. */
import { hashText } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { isRefused } from './instance-place.ts';
import { type Queryable, query } from './pool.ts';

export interface StoredResult {
  readonly id: string;
  readonly ordinal: number;
  /** Hash it is stored under. */
  readonly body: string;
  readonly value: Json;
}

const pageSize = 200;

/** Emitted environments of a run, in plan order: of questions (instance), or with state (scenario). */
export function eachResult(
  on: Queryable,
  runId: string,
  kind: 'instance' | 'scenario',
): AsyncGenerator<StoredResult, void> {
  return eachBody(
    on,
    runId,
    `select result_id as id, ordinal, result_body as hash from item
    where run_id = $1 and kind = '${kind}' and status = 'ok' and result_body is not null`,
  );
}

/** Scenarios of a run with their bodies, in plan order; refused rows are none. */
export function eachScenario(on: Queryable, runId: string): AsyncGenerator<StoredResult, void> {
  return eachBody(
    on,
    runId,
    `select id, ordinal, body as hash from item
    where run_id = $1 and kind = 'scenario' and id like 'scenario-%'`,
  );
}

/** Accepted instances of a run with their bodies, in plan order; refused rows and duplicates are none. */
export function eachInstance(on: Queryable, runId: string): AsyncGenerator<StoredResult, void> {
  return eachBody(
    on,
    runId,
    `select id, ordinal, body as hash from item
    where run_id = $1 and kind = 'instance' and not ${isRefused} and reason <> 'duplicate'`,
  );
}

async function* eachBody(on: Queryable, runId: string, rowsSql: string): AsyncGenerator<StoredResult, void> {
  const sql = `select r.id, r.ordinal, r.hash as body, blob.body as text from (${rowsSql}) r join blob using (hash)
    where r.ordinal > $2 order by r.ordinal limit ${pageSize}`;
  let after = -1;
  for (;;) {
    const page = await query<{ id: string; ordinal: number; body: string; text: string }>(on, sql, [runId, after]);
    for (const { text, ...row } of page) yield { ...row, value: JSON.parse(text) };
    if (page.length < pageSize) return;
    after = page.at(-1)?.ordinal ?? after;
  }
}

/** Bodies the run refers to whose text does not hash to what they are stored under. */
export async function* eachBrokenBody(
  on: Queryable,
  runId: string,
): AsyncGenerator<{ hash: string; actual: string }, void> {
  let after = '';
  for (;;) {
    const page = await query<{ hash: string; body: string }>(on, referredBodies, [runId, after, pageSize]);
    for (const { hash, body } of page) {
      const actual = hashText(body);
      if (actual !== hash) yield { hash, actual };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.hash ?? after;
  }
}

const referredBodies = `
  select hash, body from blob where hash > $2 and hash in (
    select body from item where run_id = $1 union select result_body from item where run_id = $1
    union select verdict from item where run_id = $1 union select reply from call_use where run_id = $1
    union select results from proof where run_id = $1)
  order by hash limit $3`;

/** Items whose origin is missing: instances without their question, results without lineage. */
export async function findOrphans(on: Queryable, runId: string): Promise<{ id: string; lacks: string }[]> {
  return query(
    on,
    `select i.id, 'question ' || coalesce(i.parent_id, '(none)') as lacks from item i
     where i.run_id = $1 and i.kind = 'instance' and not (i.parent_id is null and (i.imported or i.id like 'row-%'))
       and not exists (
       select from item q where q.run_id = $1 and q.kind = 'question' and q.id = i.parent_id)
     union all
     select i.result_id, 'lineage to ' || i.id from item i
     where i.run_id = $1 and i.result_id is not null and i.status = 'ok' and not exists (
       select from lineage l where l.run_id = $1 and l.child = i.result_id and l.parent = i.id)
     order by 1`,
    [runId],
  );
}

export interface LedgerSums {
  readonly cost: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface LedgerCheck {
  /** The run's ledger row. */
  readonly ledger: LedgerSums;
  /** Sum of the charges behind it. */
  readonly charges: LedgerSums;
  /** Charges that differ from the record of their call. */
  readonly differing: readonly string[];
}

/** The ledger against its charges, and each charge against the recorded call. */
export async function checkLedger(on: Queryable, runId: string): Promise<LedgerCheck> {
  const columns =
    'sum(cost) as cost, sum(prompt_tokens) as "promptTokens", sum(completion_tokens) as "completionTokens"';
  const sums = async (table: 'ledger' | 'charge'): Promise<LedgerSums> => {
    const [row] = await query<LedgerSums>(on, `select ${columns} from ${table} where run_id = $1`, [runId]);
    return { cost: row?.cost ?? 0, promptTokens: row?.promptTokens ?? 0, completionTokens: row?.completionTokens ?? 0 };
  };
  const differing = await query<{ key: string }>(
    on,
    `select h.call_key as key from charge h join llm_call c using (call_key)
     where h.run_id = $1 and (h.cost, h.prompt_tokens, h.completion_tokens)
       is distinct from (c.cost::numeric, c.prompt_tokens, c.completion_tokens) order by 1`,
    [runId],
  );
  return { ledger: await sums('ledger'), charges: await sums('charge'), differing: differing.map((row) => row.key) };
}

/** Outcome keys of the items that environments and trajectories are made of, by id. */
export async function itemOutcomes(on: Queryable, runId: string): Promise<Map<string, string>> {
  const rows = await query<{ id: string; outcome: string }>(
    on,
    "select id, outcome_key as outcome from item where run_id = $1 and kind in ('instance', 'scenario', 'episode')",
    [runId],
  );
  return new Map(rows.map(({ id, outcome }) => [id, outcome]));
}
