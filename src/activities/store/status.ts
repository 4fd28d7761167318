/** How runs stand, read from the store alone: it answers when every worker is down. */
import type { OutcomeCounts } from '../../domain/run/outcome.ts';
import type { RunStatus, StoredKind } from './contract.ts';
import { loadSpend, type Spend } from './ledger.ts';
import { type Queryable, query } from './pool.ts';
import { unknownRun } from './runs.ts';
import { loadStages, type StageCounts } from './stage-counts.ts';
import { loadTraining, type TrainingView } from './training-view.ts';
import { loadTrajectories, type TrajectoryView } from './trajectory-view.ts';

export interface RunSummary {
  readonly run: string;
  readonly status: RunStatus;
  readonly phase: string;
  readonly note: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface RunView extends RunSummary {
  /** Seconds from opening until now, or until the last change of an ended run. */
  readonly elapsedSeconds: number;
  /** Score from which instances were selected; null until then. */
  readonly threshold: number | null;
  /** Per outcome key. */
  readonly counts: { readonly [Kind in StoredKind]: OutcomeCounts };
  readonly stages: readonly StageCounts[];
  readonly spend: Spend;
  readonly recent: { readonly minutes: number; readonly callsPerMinute: number };
  readonly gates: readonly ClosedGate[];
  /** Null, or absent, for a run that has not begun to train. */
  readonly training?: TrainingView | null;
  /** Null, or absent, for a run without a judged episode. */
  readonly trajectories?: TrajectoryView | null;
}

export interface ClosedGate {
  readonly queue: string;
  readonly cause: string;
  readonly reason: string;
  readonly run: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Minutes that rates are taken over. */
const recentMinutes = 5;

/** Everything `astra status` shows of a run; fails with Store.NotFound. */
export async function loadRunView(on: Queryable, runId: string): Promise<RunView> {
  const [summary] = await query<RunSummary & { elapsedSeconds: number; threshold: number | null }>(
    on,
    `select ${summaryColumns}, threshold,
       extract(epoch from case when status in ('completed', 'failed', 'cancelled') then updated_at else now() end
         - created_at) as "elapsedSeconds"
     from run where id = $1`,
    [runId],
  );
  if (summary === undefined) throw unknownRun(runId);
  return {
    ...summary,
    counts: await loadCounts(on, runId),
    stages: await loadStages(on, runId, recentMinutes),
    spend: await loadSpend(on, runId),
    recent: { minutes: recentMinutes, callsPerMinute: await recentCalls(on, runId) },
    gates: await loadClosedGates(on),
    training: await loadTraining(on, runId),
    trajectories: await loadTrajectories(on, runId, ['completed', 'failed', 'cancelled'].includes(summary.status)),
  };
}

/** All runs, newest first. */
export async function listRuns(on: Queryable): Promise<RunSummary[]> {
  return query<RunSummary>(on, `select ${summaryColumns} from run order by created_at desc, id`);
}

/** Queues that are closed now, and why. */
export async function loadClosedGates(on: Queryable): Promise<ClosedGate[]> {
  return query<ClosedGate>(
    on,
    `select queue, cause, reason, run_id as run, ${isoTime('since')} as since from gate
     where state = 'closed' order by queue`,
  );
}

async function loadCounts(on: Queryable, runId: string): Promise<RunView['counts']> {
  const rows = await query<{ kind: StoredKind; key: string; count: number }>(
    on,
    'select kind, outcome_key as key, count(*) as count from item where run_id = $1 group by 1, 2 order by 1, 2',
    [runId],
  );
  const of = (kind: string): OutcomeCounts =>
    Object.fromEntries(rows.filter((row) => row.kind === kind).map((row) => [row.key, row.count]));
  return {
    question: of('question'),
    instance: of('instance'),
    scenario: of('scenario'),
    server: of('server'),
    graph: of('graph'),
    chain: of('chain'),
    task: of('task'),
    variant: of('variant'),
    episode: of('episode'),
  };
}

async function recentCalls(on: Queryable, runId: string): Promise<number> {
  const [row] = await query<{ calls: number }>(
    on,
    'select count(*) as calls from call_use where run_id = $1 and created_at > now() - make_interval(mins => $2)',
    [runId, recentMinutes],
  );
  return (row?.calls ?? 0) / recentMinutes;
}

function isoTime(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}

const summaryColumns = `id as run, status, phase, note, ${isoTime('created_at')} as "createdAt",
  ${isoTime('updated_at')} as "updatedAt"`;
