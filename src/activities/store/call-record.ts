/** One finished call between its record and its row. */
import type { Pool } from 'pg';
import type { CallKey } from '../../domain/ids.ts';
import { StoreError } from '../failures.ts';
import type { CallRecord, CallUse, StoredText } from '../llm/contract.ts';
import { columnText } from './column-text.ts';
import { query } from './pool.ts';

export interface CallRow {
  readonly call_key: CallKey;
  readonly prompt: string;
  readonly prompt_hash: string;
  readonly model: string;
  readonly endpoint: string;
  readonly sample: number;
  readonly request: string;
  /** JSON of content, reasoning and calls. */
  readonly response: string;
  readonly finish_reason: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost: number;
  readonly latency_ms: number;
  readonly attempt: number;
}

/** The record of a row, exactly as it was stored. */
export function fromCallRow(row: CallRow): CallRecord {
  // Written by toResponse below and by nothing else.
  const response = JSON.parse(row.response) as Pick<CallRecord, 'content' | 'reasoning' | 'calls'>;
  return {
    key: row.call_key,
    prompt: row.prompt,
    promptHash: row.prompt_hash,
    model: row.model,
    endpoint: row.endpoint,
    sample: row.sample,
    request: row.request,
    content: response.content,
    reasoning: response.reasoning,
    ...(response.calls !== undefined && { calls: response.calls }),
    finishReason: row.finish_reason,
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    cost: row.cost,
    latencyMs: row.latency_ms,
    attempt: row.attempt,
  };
}

function toCallRow(record: CallRecord): CallRow {
  return {
    call_key: record.key,
    prompt: record.prompt,
    prompt_hash: record.promptHash,
    model: columnText(record.model),
    endpoint: record.endpoint,
    sample: record.sample,
    request: record.request,
    response: JSON.stringify({ content: record.content, reasoning: record.reasoning, calls: record.calls }),
    finish_reason: columnText(record.finishReason),
    prompt_tokens: record.promptTokens,
    completion_tokens: record.completionTokens,
    cost: record.cost,
    latency_ms: record.latencyMs,
    attempt: record.attempt,
  };
}

/** One statement, so that call, use, reply and charge are there together or not at all. See CallStore.recordUse. */
export async function recordUse(pool: Pool, use: CallUse): Promise<void> {
  const { record, reply, bodies = [] } = use;
  const stored = sortedOnce(reply === undefined ? bodies : [reply, ...bodies]);
  try {
    await query(pool, recordUseSql, [
      use.runId,
      use.key,
      columnText(use.subject),
      columnText(use.workflowId),
      use.prompt,
      use.problems.map(columnText),
      reply?.hash ?? null,
      stored.map(({ hash }) => hash),
      record === undefined ? null : JSON.stringify(toCallRow(record)),
      stored.map(({ text }) => text),
    ]);
  } catch (error) {
    throw unknownParent(error, use);
  }
}

/** In the order of their hashes, so that two statements that store the same bodies never wait for each other in a circle. */
function sortedOnce(bodies: readonly StoredText[]): StoredText[] {
  const once = new Map(bodies.map((body) => [body.hash, body]));
  return [...once.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1));
}

/** A use of a run or call that the store does not hold breaks a foreign key. */
function unknownParent(error: unknown, use: CallUse): unknown {
  const cause = error instanceof StoreError ? error.cause : undefined;
  if (!(cause instanceof Error && 'code' in cause && cause.code === '23503')) return error;
  const message = `Call ${use.key} was not recorded: run "${use.runId}" or the call itself is unknown here`;
  return new StoreError('NotFound', message, { cause });
}

// `charged` looks for uses as they were before this statement: the use that is inserted beside it does not count.
const recordUseSql = `
  with record as (
    select * from json_populate_record(null::llm_call, $9::json) where $9::json is not null
  ), stored as (
    insert into blob (hash, body) select * from unnest($8::text[], $10::text[]) on conflict (hash) do nothing
  ), recorded as (
    insert into llm_call (call_key, prompt, prompt_hash, model, endpoint, sample, request, response, finish_reason,
      prompt_tokens, completion_tokens, cost, latency_ms, attempt)
    select call_key, prompt, prompt_hash, model, endpoint, sample, request, response, finish_reason,
      prompt_tokens, completion_tokens, cost, latency_ms, attempt
    from record on conflict (call_key) do nothing
  ), used as (
    insert into call_use (run_id, call_key, subject, workflow_id, prompt, reply, problems)
    values ($1, $2, $3, $4, $5, $7, $6)
    on conflict (run_id, call_key, subject) do update
      set prompt = excluded.prompt, reply = excluded.reply, problems = excluded.problems
  ), charged as (
    insert into charge (run_id, call_key, cost, prompt_tokens, completion_tokens)
    select $1, $2, cost::numeric, prompt_tokens, completion_tokens from record
    where not exists (select from call_use where run_id = $1 and call_key = $2)
    on conflict (run_id, call_key) do nothing
    returning cost, prompt_tokens, completion_tokens
  ), freed as (
    delete from reservation where run_id = $1 and call_key = $2
  )
  update ledger set cost = ledger.cost + charged.cost,
    prompt_tokens = ledger.prompt_tokens + charged.prompt_tokens,
    completion_tokens = ledger.completion_tokens + charged.completion_tokens
  from charged where ledger.run_id = $1`;
