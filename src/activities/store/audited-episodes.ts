/** Played episodes of a run with everything that an audit holds them against, one after the other in plan order. */
import { z } from 'zod';
import { Episode, EpisodePlan } from '../../domain/episode/schema.ts';
import { EpisodeVerdict } from '../../domain/episode/verdict/schema.ts';
import type { Json } from '../../domain/json.ts';
import { replyHashes } from '../../domain/judgement/answers.ts';
import type { Outcome } from '../../domain/run/outcome.ts';
import { Observation } from '../../domain/tool-call/schema.ts';
import { PoolServer } from '../../domain/tool-pool/schema.ts';
import { loadBodies } from './blobs.ts';
import { type Queryable, query } from './pool.ts';

export interface AuditedEpisode {
  readonly id: string;
  readonly plan: EpisodePlan;
  readonly server: PoolServer;
  readonly outcome: string;
  readonly status: Outcome['status'] | 'open';
  readonly resultId: string | null;
  readonly resultBody: string | null;
  /** Null for one that no attempt brought to an end. */
  readonly episode: Episode | null;
  readonly verdict: EpisodeVerdict | null;
  /** Stored replies of its judges, by hash. */
  readonly replies: ReadonlyMap<string, Json>;
  /** The last request to its agent and what came back; null when nothing was ever answered. */
  readonly lastTurn: RecordedTurn | null;
  /** Recorded observations of its live calls, by the state after the call. */
  readonly observed: ReadonlyMap<string, Observation>;
  readonly selected: boolean;
}

/** Of other fields an audit has nothing to say. */
const RecordedTurn = z.object({
  request: z.looseObject({ messages: z.json(), tools: z.json().optional() }),
  response: z.looseObject({
    content: z.string(),
    reasoning: z.string().nullable(),
    calls: z.array(z.strictObject({ name: z.string(), arguments: z.string() })).optional(),
  }),
});
export type RecordedTurn = z.infer<typeof RecordedTurn>;

export async function* eachAuditedEpisode(on: Queryable, runId: string): AsyncGenerator<AuditedEpisode, void> {
  let after = -1;
  for (;;) {
    const [row] = await query<Row>(on, rowSql, [runId, after]);
    if (row === undefined) return;
    const episode = row.episode === null ? null : Episode.parse(JSON.parse(row.episode));
    const verdict = row.verdict === null ? null : EpisodeVerdict.parse(JSON.parse(row.verdict));
    yield {
      id: row.id,
      plan: EpisodePlan.parse(JSON.parse(row.plan)),
      server: PoolServer.parse(JSON.parse(row.server)),
      outcome: row.outcome,
      status: row.status,
      resultId: row.resultId,
      resultBody: row.resultBody,
      episode,
      verdict,
      replies: verdict === null ? new Map() : await loadBodies(on, verdict.judges.flatMap(replyHashes)),
      lastTurn: episode === null ? null : await lastTurnOf(on, episode),
      observed: episode === null ? new Map() : await observationsOf(on, episode),
      selected: row.selected,
    };
    after = row.ordinal;
  }
}

async function lastTurnOf(on: Queryable, { steps }: Episode): Promise<RecordedTurn | null> {
  const last = steps.findLast((step) => step.kind === 'agent');
  if (last === undefined) return null;
  const text = 'select request, response from llm_call where call_key = $1';
  const [row] = await query<{ request: string; response: string }>(on, text, [last.call]);
  if (row === undefined) return null;
  return RecordedTurn.parse({ request: JSON.parse(row.request), response: JSON.parse(row.response) });
}

async function observationsOf(on: Queryable, { steps }: Episode): Promise<Map<string, Observation>> {
  const states = steps.flatMap((step) =>
    step.kind === 'tool' && (step.source === 'live' || step.source === 'recording') ? [step.state] : [],
  );
  const rows = await query<{ state: string; body: string }>(
    on,
    `select r.next_state as state, b.body from tool_record r join blob b on b.hash = r.observation
     where r.next_state = any($1::text[])`,
    [states],
  );
  return new Map(rows.map(({ state, body }) => [state, Observation.parse(JSON.parse(body))]));
}

interface Row {
  readonly id: string;
  readonly ordinal: number;
  readonly plan: string;
  readonly server: string;
  readonly outcome: string;
  readonly status: AuditedEpisode['status'];
  readonly resultId: string | null;
  readonly resultBody: string | null;
  readonly episode: string | null;
  readonly verdict: string | null;
  readonly selected: boolean;
}

const rowSql = `
  select i.id, i.ordinal, p.body as plan, s.body as server, i.outcome_key as outcome, i.status,
    i.result_id as "resultId", i.result_body as "resultBody", e.body as episode, v.body as verdict, i.selected
  from item i join blob p on p.hash = i.body join blob s on s.hash = p.body::json ->> 'server'
    left join blob e on e.hash = i.result_body left join blob v on v.hash = i.verdict
  where i.run_id = $1 and i.kind = 'episode' and i.ordinal > $2 order by i.ordinal limit 1`;
