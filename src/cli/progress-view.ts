/** A run on the screen: pure, from what the store says to lines of text. */
import type { RunStatus } from '../activities/store/contract.ts';
import type { Spend } from '../activities/store/ledger.ts';
import type { TrainingView } from '../activities/store/training-view.ts';
import type { TrajectoryView } from '../activities/store/trajectory-view.ts';
import { duration, short } from './numbers.ts';
import type { Paint, Style } from './output.ts';
import { trainingLines } from './training-view.ts';
import { trajectoryLines } from './trajectory-lines.ts';

export interface StageProgress {
  readonly name: string;
  /** Null while the stage's items are not all known. */
  readonly total: number | null;
  readonly ok: number;
  readonly rejected: number;
  /** Failed by class, and quarantined by a judge. */
  readonly failed: number;
  /** Items finished per minute over the last minute; null when too little was seen. */
  readonly perMinute: number | null;
  /** Parts of the items that are done, where they are counted: an environment is whole only when all its tools are. */
  readonly tools: { readonly proven: number; readonly needed: number } | null;
}

export interface RunProgress {
  readonly run: string;
  readonly phase: string;
  readonly status: RunStatus;
  readonly note: string | null;
  /** The endpoint is the stand-in without a model. */
  readonly offlineTeacher: boolean;
  readonly elapsedSeconds: number | null;
  readonly remainingSeconds: number | null;
  readonly stages: readonly StageProgress[];
  readonly spend: Spend;
  /** Absent or null for a run that has not begun to train. */
  readonly training?: TrainingView | null;
  /** Absent or null for a run without a judged episode. */
  readonly trajectories?: TrajectoryView | null;
  readonly parked: readonly { readonly queue: string; readonly reason: string }[];
}

/** Said wherever numbers of a run are shown that no model made. */
export const offlineLabel = 'offline teacher (stand-in, no model)';

const statusStyle: { readonly [Status in RunStatus]: Style } = {
  running: 'cyan',
  paused: 'yellow',
  awaiting_approval: 'yellow',
  awaiting_correction: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'red',
};

/** The whole view, a line per stage; `columns` is the width of the terminal. */
export function progressLines(progress: RunProgress, paint: Paint, columns: number): readonly string[] {
  return [
    headLine(progress, paint),
    ...progress.stages.map((stage) => stageLine(stage, paint, columns)),
    ...(progress.trajectories ? trajectoryLines(progress.trajectories) : []),
    ...(progress.training ? trainingLines(progress.training) : []),
    spendLine(progress),
    ...progress.parked.map(({ queue, reason }) => paint('yellow', `parked: ${queue}: ${reason}`)),
    ...adviceLines(progress, paint),
  ];
}

/** The same as one plain line, for logs. */
export function progressLine(progress: RunProgress): string {
  const stages = progress.stages.map((stage) => {
    const { name, total, ok, rejected, failed } = stage;
    const parts = [`${ok} ok`, `${rejected} rejected`, `${failed} failed`, ...toolsText(stage)];
    return `${name} ${ok + rejected + failed}/${total ?? '?'} (${parts.join(', ')})`;
  });
  const parked = progress.parked.map(({ queue, reason }) => `parked: ${queue}: ${reason}`);
  return [
    `${progress.run}: ${progress.phase}, ${statusText(progress.status)}`,
    ...stages,
    spendLine(progress),
    ...parked,
    ...(progress.note === null ? [] : [progress.note]),
    ...(progress.offlineTeacher ? [offlineLabel] : []),
  ].join(' | ');
}

function headLine(progress: RunProgress, paint: Paint): string {
  const status = paint(statusStyle[progress.status], statusText(progress.status));
  const elapsed = progress.elapsedSeconds === null ? [] : [duration(progress.elapsedSeconds)];
  const label = progress.offlineTeacher ? [paint('magenta', offlineLabel)] : [];
  return [paint('bold', progress.run), progress.phase, status, ...elapsed, ...label].join('  ');
}

function stageLine(stage: StageProgress, paint: Paint, columns: number): string {
  const { name, total, ok, rejected, failed, perMinute } = stage;
  const done = ok + rejected + failed;
  const counts = [
    paint('green', `${ok} ok`),
    paint(rejected > 0 ? 'yellow' : 'dim', `${rejected} rejected`),
    paint(failed > 0 ? 'red' : 'dim', `${failed} failed`),
    ...toolsText(stage),
    ...(perMinute === null ? [] : [`${perMinute.toFixed(perMinute < 10 ? 1 : 0)}/min`]),
  ];
  const width = Math.max(8, Math.min(30, columns - 70));
  const share = Math.max(shareOf(done, total), shareOf(stage.tools?.proven ?? 0, stage.tools?.needed ?? null));
  return `${name.padEnd(13)} ${bar(share, width)} ${`${done}/${total ?? '?'}`.padStart(9)}  ${counts.join('  ')}`;
}

const toolsText = ({ tools }: StageProgress): readonly string[] =>
  tools === null || tools.needed === 0 ? [] : [`${tools.proven}/${tools.needed} tools proven`];

const shareOf = (done: number, total: number | null): number => (total ? Math.min(1, done / total) : 0);

function bar(share: number, width: number): string {
  const full = Math.round(share * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

function spendLine({ spend, remainingSeconds }: RunProgress): string {
  const tokens = short(spend.promptTokens + spend.completionTokens);
  const left = remainingSeconds === null ? '' : `, about ${duration(remainingSeconds)} left`;
  return `${spend.calls} calls (${spend.cachedCalls} from the record), ${tokens} tokens, cost ${spend.cost.toFixed(2)}${left}`;
}

function adviceLines({ status, note, run, phase }: RunProgress, paint: Paint): readonly string[] {
  // While a run waits at a gate, its phase is the gate.
  const todo: { readonly [Status in RunStatus]?: string } = {
    paused: `astra resume ${run}`,
    awaiting_approval: `astra approve ${run} ${phase}   or   astra reject ${run} ${phase} --reason TEXT`,
    awaiting_correction: `mend the cause, then: astra resume ${run} --note TEXT`,
  };
  const advice = todo[status];
  return [...(note === null ? [] : [paint('dim', note)]), ...(advice === undefined ? [] : [paint('yellow', advice)])];
}

function statusText(status: RunStatus): string {
  return status.replaceAll('_', ' ');
}
