/** Rates seen in earlier runs with the same model: better than any guess. */
import type { Pool } from 'pg';
import { loadCallSums, loadVolumes, type PromptSums, type RunVolume } from '../../activities/store/run-volumes.ts';
import type { Rates } from './estimate.ts';
import { type CallRate, type CallRates, callPriors, instancesPerQuestion, type Range, type Unit } from './priors.ts';

/** Rates of completed runs that asked this model, with their names; undefined when there is none. */
export async function earlierRates(
  pool: Pool,
  model: string,
): Promise<{ rates: Rates; runs: readonly string[] } | undefined> {
  const volumes = await loadVolumes(pool, model);
  if (volumes.length === 0) return undefined;
  const runs = volumes.map(({ run }) => run);
  const seen = await loadCallSums(pool, runs);
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

function rowsOf(seen: readonly PromptSums[], prompt: string): readonly PromptSums[] {
  return seen.filter((row) => row.prompt === prompt);
}

/** A prompt that those runs never asked keeps its prior. */
function measured(prior: CallRate, rows: readonly PromptSums[], volumes: readonly RunVolume[]): CallRate {
  const calls = rows.reduce((total, row) => total + row.calls, 0);
  if (calls === 0) return prior;
  const perUnit = volumes.map((volume) => {
    const own = rows.filter(({ run }) => run === volume.run).reduce((total, row) => total + row.calls, 0);
    return ratio(own, unitsOf(volume, prior.unit));
  });
  const mean = (pick: (row: PromptSums) => number): number => rows.reduce((total, row) => total + pick(row), 0) / calls;
  return {
    unit: prior.unit,
    perNode: false,
    calls: rangeOf(perUnit, prior.calls),
    promptTokens: mean((row) => row.prompt_tokens),
    completionTokens: mean((row) => row.completion_tokens),
    seconds: mean((row) => row.seconds),
  };
}

function unitsOf(volume: RunVolume, unit: Unit): number {
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
