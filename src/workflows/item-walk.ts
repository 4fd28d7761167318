/**
 * Walking the items of a stage, kind after kind (ours): one execution takes them all through a window and continues as new
 * before its history grows large. What stands in the way of the next kind parks the stage until somebody mended it.
 */
import { allHandlersFinished, condition, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ClaimedItem, RunSettings, StoredKind } from '../activities/store/contract.ts';
import { historyBudget } from './activity-options.ts';
import { outcomeOf } from './item-outcome.ts';
import { store } from './resources.ts';
import { drainStream } from './sliding-window.ts';
import type { StageControl } from './stage-control.ts';

/** Where an execution stopped. A persisted interface. */
export interface WalkPlace<Kind extends StoredKind> {
  readonly kind: Kind;
  /** Ordinal of the last item that was claimed; -1 at the start of its kind. */
  readonly after: number;
}

export interface Walk<Kind extends StoredKind> {
  readonly run: RunSettings;
  readonly control: StageControl;
  isPaused(): boolean;
  /** In the order they are walked. */
  readonly kinds: readonly Kind[];
  readonly phases: Readonly<Record<Kind, string>>;
  readonly work: Readonly<Record<Kind, (run: RunSettings, item: ClaimedItem) => Promise<void>>>;
  /** Why the stage cannot go on after this kind; undefined when it can. */
  problemAfter(kind: Kind): Promise<string | undefined>;
  /** Continues the stage as new from this place; all handlers have ended. */
  continueAt(place: WalkPlace<Kind>): Promise<never>;
}

const pageSize = 50;
/** Items in flight at once, whatever the configuration says of partitions: such a stage is one execution. */
const widest = 50;

/** Walks all open items of every kind; `begun` is where an earlier execution stopped. */
export async function walkItems<Kind extends StoredKind>(
  walk: Walk<Kind>,
  begun: WalkPlace<Kind> | undefined,
): Promise<void> {
  const first = begun === undefined ? 0 : walk.kinds.indexOf(begun.kind);
  for (const kind of walk.kinds.slice(first)) {
    const resumed = begun?.kind === kind;
    if (!resumed) await walk.control.enter(walk.phases[kind]);
    await walkKind(walk, { kind, after: resumed ? begun.after : -1 });
  }
}

async function walkKind<Kind extends StoredKind>(walk: Walk<Kind>, place: WalkPlace<Kind>): Promise<void> {
  const { run, control } = walk;
  const { kind } = place;
  let after = place.after;
  for (;;) {
    await walkOnce(walk, { kind, after });
    const problem = await walk.problemAfter(kind);
    if (problem === undefined) return;
    const { budget } = await control.park(walk.phases[kind], problem);
    await store.applyCorrection({ runId: run.runId, kind, ...(budget === undefined ? {} : { budget }) });
    after = -1;
  }
}

async function walkOnce<Kind extends StoredKind>(
  walk: Walk<Kind>,
  { kind, after: begun }: WalkPlace<Kind>,
): Promise<void> {
  const { run } = walk;
  let [after, ended] = [begun, 0];
  let page: ClaimedItem[] = [];
  const result = await drainStream<ClaimedItem>({
    limit: Math.min(widest, run.window * run.partitions),
    isPaused: () => walk.isPaused(),
    shouldDrain: () => workflowInfo().historyLength > historyBudget || workflowInfo().continueAsNewSuggested,
    async next() {
      if (page.length === 0) page = await claimPage(run, { kind, after });
      const item = page.shift();
      if (item !== undefined) after = item.ordinal;
      return item;
    },
    async work(item) {
      await closingFailures(run, { kind, item }, () => walk.work[kind](run, item));
      ended += 1;
      setCurrentDetails(`${walk.phases[kind]}: ${ended} ended here; last claimed: no. ${after}`);
    },
  });
  if (result === 'done') return;
  // Handlers must have ended before the execution is replaced.
  await condition(allHandlersFinished);
  return walk.continueAt({ kind, after });
}

async function claimPage({ runId }: RunSettings, { kind, after }: WalkPlace<StoredKind>): Promise<ClaimedItem[]> {
  const page = await store.claimItems({ runId, kind, partition: 0, partitions: 1, after, limit: pageSize });
  return [...page.items];
}

/** A failure ends its item by class; cancellation goes up. */
async function closingFailures(
  run: RunSettings,
  { kind, item }: { kind: StoredKind; item: ClaimedItem },
  body: () => Promise<void>,
): Promise<void> {
  try {
    await body();
  } catch (error) {
    const outcome = outcomeOf(error);
    await store.closeItem({ runId: run.runId, kind, id: item.id, outcome });
  }
}
