/**
 * Chain building (paper §3.1, method §2, §3): read the tool servers → form the pool → propose and walk the graph of each
 * → verify the chains. One execution walks all items through a window and continues as new before its history grows large.
 */
import { ApplicationFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChainKind, ClaimedItem, RunSettings } from '../activities/store/contract.ts';
import { failedShare, type OutcomeCounts } from '../domain/run/outcome.ts';
import { historyBudget } from './activity-options.ts';
import { closingFailures, listServer, proposeChains } from './chain-items.ts';
import { verifyChain } from './chain-verdicts.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { chainStore, store, toolPlan } from './resources.ts';
import { drainStream } from './sliding-window.ts';
import { installStageControl, type StageControl } from './stage-control.ts';

export interface ChainBuildingInput {
  readonly run: RunSettings;
  readonly hold: Hold;
  /** Where an earlier execution stopped; absent at the start. A persisted interface. */
  readonly at?: Place;
}

interface Place {
  readonly kind: ChainKind;
  /** Ordinal of the last item that was claimed; -1 at the start of its kind. */
  readonly after: number;
}

interface Desk {
  readonly run: RunSettings;
  readonly control: StageControl;
  hold: Hold;
}

const kinds = ['server', 'graph', 'chain'] as const;
const phases: Readonly<Record<ChainKind, string>> = { server: 'tools', graph: 'graphs', chain: 'chains' };
const work: Readonly<Record<ChainKind, (run: RunSettings, item: ClaimedItem) => Promise<void>>> = {
  server: listServer, // §2
  graph: proposeChains, // §3.1, §3.2
  chain: verifyChain, // §3.3
};

const pageSize = 50;
/** Items in flight at once, whatever the configuration says of partitions: this stage is one execution. */
const widest = 50;

export async function chainBuilding(input: ChainBuildingInput): Promise<OutcomeCounts> {
  const { run } = input;
  const desk: Desk = { run, hold: input.hold, control: installStageControl(run, () => desk.hold.paused) };
  setHandler(holdSignal, (told) => void (desk.hold = newerHold(desk.hold, told)));
  if (input.at === undefined) await planServers(desk);

  const begun = input.at?.kind ?? 'server';
  for (const kind of kinds.slice(kinds.indexOf(begun))) {
    const resumed = input.at?.kind === kind;
    if (!resumed) await desk.control.enter(phases[kind]);
    await walk(desk, { kind, after: resumed ? input.at.after : -1 });
  }
  return store.countItems({ runId: run.runId, kind: 'chain' });
}

async function planServers({ run, control }: Desk): Promise<void> {
  await control.enter('planning tools');
  const planned = await toolPlan.planTools.executeWithOptions({ summary: 'read the files of tools' }, [
    { runId: run.runId },
  ]);
  setCurrentDetails(`${planned.servers} tool servers planned, ${planned.rejected} refused`);
}

/** Walks all open items of a kind; what stands in the way of the next kind parks the stage until somebody mended it. */
async function walk(desk: Desk, place: Place): Promise<void> {
  const { run, control } = desk;
  let at = place;
  for (;;) {
    at = await walkOnce(desk, at);
    const problem = await problemAfter(run, at.kind);
    if (problem === undefined) return;
    const { budget } = await control.park(phases[at.kind], problem);
    await store.applyCorrection({ runId: run.runId, kind: at.kind, ...(budget === undefined ? {} : { budget }) });
    at = { kind: at.kind, after: -1 };
  }
}

async function walkOnce(desk: Desk, { kind, after: begun }: Place): Promise<Place> {
  const { run } = desk;
  let [after, ended] = [begun, 0];
  let page: ClaimedItem[] = [];
  const result = await drainStream<ClaimedItem>({
    limit: Math.min(widest, run.window * run.partitions),
    isPaused: () => desk.hold.paused,
    shouldDrain: () => workflowInfo().historyLength > historyBudget || workflowInfo().continueAsNewSuggested,
    async next() {
      if (page.length === 0) page = await claimPage(run, { kind, after });
      const item = page.shift();
      if (item !== undefined) after = item.ordinal;
      return item;
    },
    async work(item) {
      await closingFailures(run, { kind, item }, () => work[kind](run, item));
      ended += 1;
      setCurrentDetails(`${phases[kind]}: ${ended} ended here; last claimed: no. ${after}`);
    },
  });
  if (result === 'done') return { kind, after };
  await condition(allHandlersFinished);
  return continueAsNew<typeof chainBuilding>({ run, hold: desk.hold, at: { kind, after } });
}

async function claimPage({ runId }: RunSettings, { kind, after }: Place): Promise<ClaimedItem[]> {
  const page = await store.claimItems({ runId, kind, partition: 0, partitions: 1, after, limit: pageSize });
  return [...page.items];
}

/** Why the stage cannot go on after this kind; undefined when it can. A server that fails costs only itself. */
async function problemAfter(run: RunSettings, kind: ChainKind): Promise<string | undefined> {
  const { runId } = run;
  const counts = await store.countItems({ runId, kind });
  if (kind !== 'server') {
    const share = failedShare(counts);
    if (share <= run.failureBudget) return undefined;
    return `${Math.round(share * 100)} % of the ${phases[kind]} failed; see the failed items, mend, then correct`;
  }
  const pool = await chainStore.formToolPool.executeWithOptions({ summary: 'over all servers' }, [{ runId }]);
  if (pool.servers > 0) return undefined;
  const said = Object.entries(counts)
    .map(([key, count]) => `${count} ${key}`)
    .join(', ');
  if (failedShare(counts) > 0) return `no tool server can be used (${said}); mend, then correct`;
  throw ApplicationFailure.nonRetryable(`No tool server can be used: ${said || 'none was named'}.`, 'Config.Invalid');
}
