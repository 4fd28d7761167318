/**
 * Rows of a scenario file become items (ours; after §8.1): equal rows are one item unless they are repeats of each other,
 * and a row that cannot be read never costs the others.
 */
import { contentId } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Source } from '../run/schema.ts';
import { type Scenario, ScenarioRow } from './schema.ts';

export interface PlannedScenario {
  readonly id: string;
  readonly row: number;
  readonly scenario: Scenario;
}

export interface ScenarioProblem {
  /** 1-based row of the file; 0 for the source as a whole. */
  readonly row: number;
  readonly rule: 'row_invalid' | 'duplicate_row' | 'empty_source';
  readonly detail: string;
}

export interface PlannedScenarios {
  /** All rows of the first repeat in file order, then all of the second, and so on. */
  readonly scenarios: readonly PlannedScenario[];
  readonly problems: readonly ScenarioProblem[];
}

type ScenarioSource = Pick<Source, 'repeats' | 'language' | 'licence' | 'count'>;

const unnamedDomain = 'general';

/** The scenarios of one source; never throws on bad rows. */
export function planScenarios(source: ScenarioSource, rows: readonly Json[]): PlannedScenarios {
  const problems: ScenarioProblem[] = [];
  const scenarios = new Map<string, PlannedScenario>();
  const used = rows.slice(0, source.count ?? rows.length);
  for (let repeat = 0; repeat < source.repeats; repeat++) {
    for (const [index, value] of used.entries()) {
      const row = index + 1;
      const scenario = readScenario(source, value, repeat);
      const id = scenario === undefined ? '' : scenarioId(scenario);
      const earlier = scenarios.get(id);
      if (earlier !== undefined) problems.push(duplicate(row, earlier.row));
      else if (scenario !== undefined) scenarios.set(id, { id, row, scenario });
      else if (repeat === 0) problems.push(misfit(row, value));
    }
  }
  if (used.length === 0)
    problems.push({ row: 0, rule: 'empty_source', detail: 'the source has no rows: expected at least one' });
  return { scenarios: [...scenarios.values()], problems };
}

/** Content id of a scenario: repeats differ, provenance and licence do not count. */
export function scenarioId({ scenario, domain, language, repeat }: Scenario): string {
  return contentId('scenario', { scenario, domain, language, repeat });
}

function readScenario(source: ScenarioSource, row: Json, repeat: number): Scenario | undefined {
  const parsed = ScenarioRow.safeParse(row);
  if (!parsed.success) return undefined;
  const fields = typeof parsed.data === 'string' ? { scenario: parsed.data } : parsed.data;
  const { scenario, domain, language, licence, ...provenance } = fields as Partial<typeof fields> & {
    scenario: string;
    domain?: string;
    language?: string;
    licence?: string;
  };
  const stated = licence ?? source.licence;
  return {
    scenario,
    domain: domain ?? unnamedDomain,
    language: language ?? source.language,
    repeat,
    // A row is JSON, so what is left of it is as well.
    provenance: provenance as JsonObject as Scenario['provenance'],
    ...(stated === undefined ? {} : { licence: stated }),
  };
}

function duplicate(row: number, earlier: number): ScenarioProblem {
  const detail = `has the same content as row ${earlier}; use "repeats" to build it more than once`;
  return { row, rule: 'duplicate_row', detail };
}

function misfit(row: number, value: Json): ScenarioProblem {
  const got = JSON.stringify(value).slice(0, 120);
  return { row, rule: 'row_invalid', detail: `expected a text or {"scenario": "…"}, got ${got}` };
}
