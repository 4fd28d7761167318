/** How a run stands: the document of `--json`, and the same for the screen. Postgres alone is enough. */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { StoreError } from '../activities/failures.ts';
import type { StageCounts } from '../activities/store/stage-counts.ts';
import { loadRunView, type RunView } from '../activities/store/status.ts';
import type { ProcessConfig } from '../config/process-config.ts';
import { InputError } from './exit-codes.ts';
import type { Followed } from './follow.ts';
import { type PipelineEnd, pipelineEnd } from './pipeline.ts';
import { offlineLabel, type RunProgress } from './progress-view.ts';

export interface RunReport extends Omit<RunView, 'gates' | 'recent' | 'stages'> {
  readonly stages: readonly StageCounts[];
  /** Closed queues and why; work on them waits and is not lost. */
  readonly queues: readonly {
    readonly queue: string;
    readonly cause: string;
    readonly reason: string;
    readonly since: string;
  }[];
  readonly rates: { readonly callsPerMinute: number };
  /** Seconds to the end of the stage at work, from its rate of the last minutes; null while there is none. */
  readonly forecast: { readonly secondsLeft: number | null };
  /** Says it when no model stands behind the numbers. */
  readonly teacher: string;
}

export interface RunReader {
  /** The run as it is stored, or undefined for one that the store does not know. */
  stored(): Promise<Followed<RunReport> | undefined>;
  /** The run as the store and Temporal together show it; fails with why it could not be opened. */
  read(): Promise<Followed<RunReport>>;
}

export interface RunSources {
  readonly pool: Pool;
  /** Absent: Temporal is not asked. */
  readonly client?: Client;
  readonly settings: ProcessConfig;
  readonly run: string;
}

/** Every how many reads Temporal is asked too: it alone knows of an execution that was terminated. */
const temporalEvery = 5;

/** Reads one run again and again. */
export function createRunReader(sources: RunSources): RunReader {
  let reads = 0;
  const stored = (): Promise<Followed<RunReport> | undefined> => storedRun(sources);
  return {
    stored,
    async read() {
      const seen = await stored();
      reads += 1;
      if (sources.client === undefined || (seen !== undefined && reads % temporalEvery !== 0))
        return seen ?? unknownRun(sources.run);
      const end = await pipelineEnd(sources.client, sources.run);
      if (seen === undefined) return end === undefined ? starting(sources) : neverOpened(sources.run, end);
      return end === undefined || end.status === 'completed' || isFinal(seen) ? seen : endedOutside(seen, end);
    },
  };
}

async function storedRun({ pool, run, settings }: RunSources): Promise<Followed<RunReport> | undefined> {
  const view = await loadRunView(pool, run).catch((error: unknown) => {
    if (error instanceof StoreError && error.type === 'Store.NotFound') return undefined;
    throw error;
  });
  return view === undefined ? undefined : reportOf(view, settings);
}

/** The report of a stored run. */
export function reportOf(view: RunView, settings: ProcessConfig): Followed<RunReport> {
  const { gates, recent, stages: counted, ...rest } = view;
  const offline = settings.teacher.kind === 'offline';
  // A young run has not filled the minutes that its rates are taken over.
  const filled = Math.min(1, view.elapsedSeconds / 60 / recent.minutes) || 1;
  const stages = counted.map((stage) => ({
    ...stage,
    // What an ended run did per minute is no longer anybody's question.
    perMinute: stage.perMinute === null || isOver(view.status) ? null : stage.perMinute / filled,
  }));
  const secondsLeft = isOver(view.status) ? null : timeLeft(stages);
  const report: RunReport = {
    ...rest,
    stages,
    queues: gates.map(({ queue, cause, reason, since }) => ({ queue, cause, reason, since })),
    rates: { callsPerMinute: recent.callsPerMinute / filled },
    forecast: { secondsLeft },
    teacher: offline ? offlineLabel : settings.teacher.kind,
  };
  return { report, progress: progressOf(report, offline) };
}

function progressOf(report: RunReport, offlineTeacher: boolean): RunProgress {
  return {
    run: report.run,
    phase: report.phase,
    status: report.status,
    note: report.note === '' ? null : report.note,
    offlineTeacher,
    elapsedSeconds: report.elapsedSeconds,
    remainingSeconds: report.forecast.secondsLeft,
    stages: report.stages,
    ...(report.trajectories ? { trajectories: report.trajectories } : {}),
    ...(report.training ? { training: report.training } : {}),
    spend: report.spend,
    parked: report.queues.map(({ queue, cause, reason }) => ({ queue, reason: `${cause}: ${reason}` })),
  };
}

function timeLeft(stages: readonly StageCounts[]): number | null {
  const atWork = stages.find(({ open }) => open > 0);
  return atWork?.perMinute ? (atWork.open / atWork.perMinute) * 60 : null;
}

function isOver(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function isFinal({ progress }: Followed<RunReport>): boolean {
  return isOver(progress.status);
}

/** Terminated in Temporal, or ended while no worker could write it down. */
function endedOutside(seen: Followed<RunReport>, end: PipelineEnd): Followed<RunReport> {
  const status = end.status === 'cancelled' ? 'cancelled' : 'failed';
  const note = end.reason ?? 'the execution was ended in Temporal';
  return { report: { ...seen.report, status, note }, progress: { ...seen.progress, status, note } };
}

function neverOpened(run: string, end: PipelineEnd): never {
  throw new InputError(`run ${run} was not opened: ${end.reason ?? end.status}`);
}

function unknownRun(run: string): never {
  throw new InputError(`run ${run}: got an id that this store does not know; expected a run. See: astra list`);
}

function starting({ run, settings }: RunSources): Followed<RunReport> {
  const now = new Date().toISOString();
  const nothing = { calls: 0, cachedCalls: 0, promptTokens: 0, completionTokens: 0, cost: 0 };
  const view: RunView = {
    run,
    status: 'running',
    phase: 'starting',
    note: '',
    createdAt: now,
    updatedAt: now,
    elapsedSeconds: 0,
    threshold: null,
    counts: {
      question: {},
      instance: {},
      scenario: {},
      server: {},
      graph: {},
      chain: {},
      task: {},
      variant: {},
      episode: {},
    },
    stages: [],
    spend: nothing,
    recent: { minutes: 1, callsPerMinute: 0 },
    gates: [],
  };
  return reportOf(view, settings);
}
