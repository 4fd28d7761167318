/** Rates seen in earlier runs with the same model: better than any guess. */
import type { Pool } from 'pg';
import { query } from '../../activities/store/pool.ts';
import type { Rates } from './estimate.ts';
import { type CallRate, type CallRates, callPriors, instancesPerQuestion, type Range, type Unit } from './priors.ts';

interface Seen {
  readonly run: string;
  readonly prompt: string;
  readonly calls: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly seconds: number;
}

interface Volume {
  readonly run: string;
  readonly question: number;
  readonly instance: number;
  readonly selected: number;
  readonly scenario: number;
  readonly server: number;
}

/** Rates of completed runs that asked this model, with their names; undefined when there is none. */
export async function earlierRates(
  pool: Pool,
  model: string,
): Promise<{ rates: Rates; runs: readonly string[] } | undefined> {
  const volumes = await query<Volume>(pool, volumesSql, [model]);
  if (volumes.length === 0) return undefined;
  const runs = volumes.map(({ run }) => run);
  const seen = await query<Seen>(pool, callsSql, [runs]);
  const entries = Object.entries(callPriors).map(([prompt, prior]) => [
    prompt,
    measured(prior, rowsOf(seen, prompt), volumes),
  ]);
  return {
    runs,
    rates: {
      instancesPerQuestion: rangeOf(
        volumes.map(({ instance, question }) => ratio(instance, question)),
        instancesPerQuestion,
      ),
      // One entry per key of callPriors.
      calls: Object.fromEntries(entries) as CallRates,
    },
  };
}

function rowsOf(seen: readonly Seen[], prompt: string): readonly Seen[] {
  return seen.filter((row) => row.prompt === prompt);
}

/** A prompt that those runs never asked keeps its prior. */
function measured(prior: CallRate, rows: readonly Seen[], volumes: readonly Volume[]): CallRate {
  const calls = rows.reduce((total, row) => total + row.calls, 0);
  if (calls === 0) return prior;
  const perUnit = volumes.map((volume) => {
    const own = rows.filter(({ run }) => run === volume.run).reduce((total, row) => total + row.calls, 0);
    return ratio(own, unitsOf(volume, prior.unit));
  });
  const mean = (pick: (row: Seen) => number): number => rows.reduce((total, row) => total + pick(row), 0) / calls;
  return {
    unit: prior.unit,
    perNode: false,
    calls: rangeOf(perUnit, prior.calls),
    promptTokens: mean((row) => row.prompt_tokens),
    completionTokens: mean((row) => row.completion_tokens),
    seconds: mean((row) => row.seconds),
  };
}

function unitsOf(volume: Volume, unit: Unit): number {
  return volume[unit];
}

function ratio(count: number, of: number): number | undefined {
  return of === 0 ? undefined : count / of;
}

/** Few runs say little about the spread: a fifth is added on both sides. */
function rangeOf(values: readonly (number | undefined)[], prior: Range): Range {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return prior;
  const mid = known.reduce((total, value) => total + value, 0) / known.length;
  return { low: Math.min(...known) * 0.8, mid, high: Math.max(...known) * 1.25 };
}

const volumesSql = `
  select r.id as run,
    count(*) filter (where i.kind = 'question') as question,
    count(*) filter (where i.kind = 'instance') as instance,
    count(*) filter (where i.kind = 'instance' and i.selected) as selected,
    count(*) filter (where i.kind = 'scenario') as scenario,
    count(*) filter (where i.kind = 'server') as server
  from run r join item i on i.run_id = r.id
  where r.status = 'completed'
    and exists (select 1 from call_use u join llm_call c using (call_key) where u.run_id = r.id and c.model = $1)
  group by r.id, r.created_at order by r.created_at desc limit 5`;

const callsSql = `
  select u.run_id as run, u.prompt, count(*) as calls, sum(c.prompt_tokens) as prompt_tokens,
    sum(c.completion_tokens) as completion_tokens, sum(c.latency_ms) / 1000 as seconds
  from call_use u join llm_call c using (call_key)
  where u.run_id = any($1) group by u.run_id, u.prompt`;
