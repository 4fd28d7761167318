/** What earlier runs came to, in items and calls: the base of a forecast. */
import { type Queryable, query } from './pool.ts';

/** What the calls of one prompt came to in a run. */
export interface PromptSums {
  readonly run: string;
  readonly prompt: string;
  readonly calls: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly seconds: number;
}

/** Items of a run by kind. */
export interface RunVolume {
  readonly run: string;
  readonly question: number;
  readonly instance: number;
  readonly selected: number;
  readonly scenario: number;
  readonly server: number;
  /** Episodes. */
  readonly trajectory: number;
}

/** The newest completed runs that asked this model, five at most. */
export function loadVolumes(on: Queryable, model: string): Promise<RunVolume[]> {
  return query<RunVolume>(on, volumesSql, [model]);
}

/** The calls of these runs by prompt, from the record or not. */
export function loadCallSums(on: Queryable, runs: readonly string[]): Promise<PromptSums[]> {
  return query<PromptSums>(on, callsSql, [runs]);
}

const volumesSql = `
  select r.id as run,
    count(*) filter (where i.kind = 'question') as question,
    count(*) filter (where i.kind = 'instance') as instance,
    count(*) filter (where i.kind = 'instance' and i.selected) as selected,
    count(*) filter (where i.kind = 'scenario') as scenario,
    count(*) filter (where i.kind = 'server') as server,
    count(*) filter (where i.kind = 'episode') as trajectory
  from run r join item i on i.run_id = r.id
  where r.status = 'completed'
    and exists (select 1 from call_use u join llm_call c using (call_key) where u.run_id = r.id and c.model = $1)
  group by r.id, r.created_at order by r.created_at desc limit 5`;

const callsSql = `
  select u.run_id as run, u.prompt, count(*) as calls, sum(c.prompt_tokens) as prompt_tokens,
    sum(c.completion_tokens) as completion_tokens, sum(c.latency_ms) / 1000 as seconds
  from call_use u join llm_call c using (call_key)
  where u.run_id = any($1) group by u.run_id, u.prompt`;
