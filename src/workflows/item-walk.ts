/**
 * Walking the items of a stage (ours): one execution takes them all through windows and continues as new before its history
 * grows large. Kinds of one step are walked side by side, the second as the first makes its items, so that no queue of
 * models is idle while another writes. What stands in the way of a kind parks the stage until somebody mended it.
 */
import { allHandlersFinished, condition, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ClaimedItem, RunSettings, StoredKind } from '../activities/store/contract.ts';
import { historyBudget } from './activity-options.ts';
import { outcomeOf } from './item-outcome.ts';
import { asTheyCome, inOrder, type Source } from './item-source.ts';
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
  /** In the order they are walked: a kind, and perhaps the kind whose items its work makes. */
  readonly steps: readonly (readonly [Kind] | readonly [Kind, Kind])[];
  readonly phases: Readonly<Record<Kind, string>>;
  readonly work: Readonly<Record<Kind, (run: RunSettings, item: ClaimedItem) => Promise<void>>>;
  /** Why the stage cannot go on after this kind; undefined when it can. */
  problemAfter(kind: Kind): Promise<string | undefined>;
  /** Continues the stage as new from this place; all handlers have ended. */
  continueAt(place: WalkPlace<Kind>): Promise<never>;
}

/** Items in flight at once, whatever the configuration says of partitions: such a stage is one execution. */
const widest = 50;

/** Walks all open items of every kind; `begun` is where an earlier execution stopped. */
export async function walkItems<Kind extends StoredKind>(
  walk: Walk<Kind>,
  begun: WalkPlace<Kind> | undefined,
): Promise<void> {
  const first = begun === undefined ? 0 : walk.steps.findIndex((step) => step.some((kind) => kind === begun.kind));
  for (const [at, step] of walk.steps.slice(first).entries()) {
    const place = at === 0 && begun !== undefined ? begun : { kind: step[0], after: -1 };
    if (place !== begun) await walk.control.enter(walk.phases[place.kind]);
    const next = place.kind === step[0] ? step[1] : undefined;
    const left = await walkStep(walk, place, next);
    if (left === undefined) continue;
    // Handlers must have ended before the execution is replaced.
    await condition(allHandlersFinished);
    return walk.continueAt(left);
  }
}

/** Where to go on in a new execution; undefined when all is walked. */
async function walkStep<Kind extends StoredKind>(
  walk: Walk<Kind>,
  place: WalkPlace<Kind>,
  next: Kind | undefined,
): Promise<WalkPlace<Kind> | undefined> {
  const source: Source = { ended: 0, isOpen: true };
  const lead = async (): Promise<WalkPlace<Kind> | undefined> => {
    const left = await walkKind(walk, place, { onEnd: () => (source.ended += 1) });
    if (left === undefined && next !== undefined) await walk.control.enter(walk.phases[next]);
    source.isOpen = false;
    return left;
  };
  if (next === undefined) return lead();
  const [led, followed] = await Promise.all([lead(), walkKind(walk, { kind: next, after: -1 }, { source })]);
  return led ?? followed;
}

/** Told of every end, or fed by a kind that is walked beside. */
interface Flow {
  readonly onEnd?: () => void;
  readonly source?: Source;
}

async function walkKind<Kind extends StoredKind>(
  walk: Walk<Kind>,
  place: WalkPlace<Kind>,
  flow: Flow,
): Promise<WalkPlace<Kind> | undefined> {
  const { run, control } = walk;
  const { kind } = place;
  let after = place.after;
  for (;;) {
    const left = await walkOnce(walk, { kind, after }, flow);
    if (left !== undefined) return left;
    const problem = await walk.problemAfter(kind);
    if (problem === undefined) return undefined;
    const { budget } = await control.park(walk.phases[kind], problem);
    await store.applyCorrection({ runId: run.runId, kind, ...(budget === undefined ? {} : { budget }) });
    after = -1;
  }
}

async function walkOnce<Kind extends StoredKind>(
  walk: Walk<Kind>,
  place: WalkPlace<Kind>,
  { onEnd, source }: Flow,
): Promise<WalkPlace<Kind> | undefined> {
  const { run } = walk;
  const { kind } = place;
  let ended = 0;
  const shouldDrain = (): boolean =>
    workflowInfo().historyLength > historyBudget || workflowInfo().continueAsNewSuggested;
  const items = source === undefined ? inOrder(run, place) : asTheyCome(run, { kind, source, shouldDrain });
  await drainStream<ClaimedItem>({
    limit: Math.min(widest, run.window * run.partitions),
    isPaused: () => walk.isPaused(),
    shouldDrain,
    next: items.next,
    async work(item) {
      await closingFailures(run, { kind, item }, () => walk.work[kind](run, item));
      ended += 1;
      onEnd?.();
      setCurrentDetails(`${walk.phases[kind]}: ${ended} ended here; last claimed: no. ${item.ordinal}`);
    },
  });
  const after = items.left();
  return after === undefined ? undefined : { kind, after };
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
