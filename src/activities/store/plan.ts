/**
 * Planning (method §8.1): every source is read once and becomes question items, or scenario items, in file order; rows that
 * cannot be used stay in the plan with the rule that refused them. All of it is one transaction: a plan is there as a
 * whole or not.
 */
import type { Pool, PoolClient } from 'pg';
import type { SourceProblem } from '../../domain/decomposition/source.ts';
import { contentId, type RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Source } from '../../domain/run/schema.ts';
import { ConfigError } from '../failures.ts';
import { toBody } from './blobs.ts';
import type { ItemKind } from './contract.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { instanceOrdinal } from './instance-place.ts';
import { type PlannedRows, planRows } from './plan-rows.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import { readSourceFile, type SourceRows } from './source-file.ts';

interface PlanCounts {
  readonly questions: number;
  /** Absent when none comes from a file. */
  readonly environments?: number;
  readonly scenarios: number;
  readonly rejected: number;
}

/** Reads the run's sources and writes their items; a planned run is left as it is. See StoreActivities. */
export async function planEnvironments(pool: Pool, { runId }: { runId: RunId }): Promise<PlanCounts> {
  const planned = await plannedCounts(pool, runId);
  if (planned !== undefined) return planned;
  const config = await loadRunConfig(pool, runId);
  const sources = config.environments?.sources ?? [];
  const plans: Plans = { question: [], scenario: [], instance: [] };
  const seen = new Set<string>();
  for (const [index, source] of sources.entries()) {
    const at = { index, source };
    const read = await readRows(at);
    const plan = planRows(source, read.rows, `${config.seed}/source/${index}`);
    refuseUnlessSkipped(at, read, plan);
    addItems(plans[plan.kind], { at, read, plan, seen });
  }
  return transaction(pool, (client) => writePlan(client, runId, plans));
}

type Plans = { readonly [Kind in ItemKind]: NewItem[] };

async function plannedCounts(on: Queryable, runId: RunId): Promise<PlanCounts | undefined> {
  const [run] = await query<{
    questions: number | null;
    scenarios: number | null;
    rejected: number | null;
    environments: number;
  }>(
    on,
    `select planned_questions as questions, planned_scenarios as scenarios, planned_rejected as rejected,
       (select count(*) from item where run_id = $1 and kind = 'instance' and imported) as environments
     from run where id = $1`,
    [runId],
  );
  return run?.questions == null || run.rejected === null
    ? undefined
    : planCounts({ ...run, questions: run.questions, rejected: run.rejected, scenarios: run.scenarios ?? 0 });
}

async function writePlan(client: PoolClient, runId: RunId, plans: Plans): Promise<PlanCounts> {
  // Two attempts of the activity may meet here: the second waits, then finds the plan of the first.
  await query(client, 'select id from run where id = $1 for update', [runId]);
  const planned = await plannedCounts(client, runId);
  if (planned !== undefined) return planned;
  await insertItems(client, { runId, kind: 'question', items: plans.question });
  await insertItems(client, { runId, kind: 'scenario', items: plans.scenario });
  await insertItems(client, { runId, kind: 'instance', items: afterQuestions(plans) });
  const refused = (items: readonly NewItem[]): number => items.filter((item) => item.outcome !== undefined).length;
  const rejected = refused(plans.question) + refused(plans.scenario) + refused(plans.instance);
  const questions = plans.question.length - refused(plans.question);
  const scenarios = plans.scenario.length - refused(plans.scenario);
  const environments = plans.instance.length - refused(plans.instance);
  await query(
    client,
    `update run set planned_questions = $2, planned_scenarios = $3, planned_rejected = $4, updated_at = now()
     where id = $1`,
    [runId, questions, scenarios, rejected],
  );
  return planCounts({ questions, scenarios, environments, rejected });
}

function planCounts({ environments, ...counts }: Required<PlanCounts>): PlanCounts {
  return environments > 0 ? { ...counts, environments } : counts;
}

/** Finished environments stand where the instances of further questions would. */
function afterQuestions({ question, instance }: Plans): NewItem[] {
  return instance.map((item, at) => ({ ...item, ordinal: instanceOrdinal(question.length + at, 0) }));
}

interface SourceAt {
  readonly index: number;
  readonly source: Source;
}

async function readRows({ index, source }: SourceAt): Promise<SourceRows> {
  if (source.file === undefined) return { rows: [], bad: [] };
  // A taxonomy counts leaves, not rows of the file.
  const count = source.mode === 'taxonomy' ? undefined : source.count;
  try {
    return await readSourceFile(source.file, count);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('Invalid', `environments.sources[${index}].file: ${source.file} cannot be read: ${why}`, {
      cause,
    });
  }
}

/** Unreadable rows refuse the file unless its source skips them; an empty source is never meant. */
function refuseUnlessSkipped({ index, source }: SourceAt, read: SourceRows, plan: PlannedRows): void {
  const badLines = read.bad.map(({ line, detail }) => `line ${line}: ${detail}`);
  const badRows = plan.problems.filter((problem) => problem.rule === 'row_invalid').map(problemText);
  const empty = plan.problems.filter((problem) => problem.rule === 'empty_source').map(problemText);
  const wrong = source.skipInvalid ? empty : [...badLines, ...badRows, ...empty];
  if (wrong.length === 0) return;
  const more = wrong.length > 10 ? [`and ${wrong.length - 10} more`] : [];
  const hint = source.skipInvalid ? '' : '\nCorrect them, or set "skipInvalid: true" to leave them out and count them.';
  throw new ConfigError(
    'Invalid',
    `environments.sources[${index}] (${source.file ?? source.mode}) has ${wrong.length} rows that cannot be used:\n${[...wrong.slice(0, 10), ...more].join('\n')}${hint}`,
  );
}

function problemText({ row, detail }: SourceProblem): string {
  return row === 0 ? detail : `row ${row}: ${detail}`;
}

const rules = { row_invalid: 'row_invalid', duplicate_row: 'duplicate', empty_source: 'row_invalid' } as const;

function addItems(
  items: NewItem[],
  { at, read, plan, seen }: { at: SourceAt; read: SourceRows; plan: PlannedRows; seen: Set<string> },
): void {
  const refuse = (rule: string, place: JsonObject, detail: string): void => {
    const body = { source: at.index, ...place, rule, detail };
    const outcome = { status: 'rejected', rule, detail } as const;
    items.push({ id: contentId('row', body), ordinal: items.length, body: toBody(body), outcome });
  };
  for (const { row, body, ...item } of plan.rows) {
    if (seen.has(item.id)) {
      refuse('duplicate', { row }, `has the same content as a row of an earlier source (${item.id})`);
      continue;
    }
    seen.add(item.id);
    items.push({ ...item, ordinal: items.length, body: toBody(body) });
  }
  for (const { line, detail } of read.bad) refuse('line_invalid', { line }, detail);
  for (const { row, rule, detail } of plan.problems) refuse(rules[rule], { row }, detail);
}
