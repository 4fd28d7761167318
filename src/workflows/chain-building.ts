/**
 * Chain building (paper §3.1, method §2, §3): read the tool servers → form the pool → propose and walk the graph of each
 * → verify the chains. One execution walks all items through a window and continues as new before its history grows large.
 */
import { ApplicationFailure } from '@temporalio/common';
import { continueAsNew, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { ChainKind, RunSettings } from '../activities/store/contract.ts';
import { failedShare, type OutcomeCounts } from '../domain/run/outcome.ts';
import { listServer, proposeChains } from './chain-items.ts';
import { verifyChain } from './chain-verdicts.ts';
import { type Walk, type WalkPlace, walkItems } from './item-walk.ts';
import { type Hold, holdSignal, newerHold } from './messages.ts';
import { chainStore, store, toolPlan } from './resources.ts';
import { installStageControl, type StageControl } from './stage-control.ts';

export interface ChainBuildingInput {
  readonly run: RunSettings;
  readonly hold: Hold;
  /** Where an earlier execution stopped; absent at the start. A persisted interface. */
  readonly at?: WalkPlace<ChainKind>;
}

const phases: Readonly<Record<ChainKind, string>> = { server: 'tools', graph: 'graphs', chain: 'chains' };

export async function chainBuilding(input: ChainBuildingInput): Promise<OutcomeCounts> {
  const { run, at } = input;
  let { hold } = input;
  const isPaused = (): boolean => hold.paused;
  const control = installStageControl(run, isPaused);
  setHandler(holdSignal, (told) => void (hold = newerHold(hold, told)));
  if (at === undefined) await planServers(run, control);

  const walk: Walk<ChainKind> = {
    run,
    control,
    isPaused,
    steps: [['server'], ['graph', 'chain']],
    phases,
    // §2; §3.1, §3.2; §3.3
    work: { server: listServer, graph: proposeChains, chain: verifyChain },
    problemAfter: (kind) => problemAfter(run, kind),
    continueAt: (place) => continueAsNew<typeof chainBuilding>({ run, hold, at: place }),
  };
  await walkItems(walk, at);
  return store.countItems({ runId: run.runId, kind: 'chain' });
}

async function planServers(run: RunSettings, control: StageControl): Promise<void> {
  await control.enter('planning tools');
  const planned = await toolPlan.planTools.executeWithOptions({ summary: 'read the files of tools' }, [
    { runId: run.runId },
  ]);
  setCurrentDetails(`${planned.servers} tool servers planned, ${planned.rejected} refused`);
}

/** Why the stage cannot go on after this kind; undefined when it can. A server that fails costs only itself. */
async function problemAfter(run: RunSettings, kind: ChainKind): Promise<string | undefined> {
  const { runId } = run;
  const counts = await store.countItems({ runId, kind });
  if (kind !== 'server') {
    const share = failedShare(counts);
    if (share <= run.failureBudget) return undefined;
    return `${Math.round(share * 100)} % of the ${phases[kind]} failed; see the failed items, mend the cause, then resume`;
  }
  const pool = await chainStore.formToolPool.executeWithOptions({ summary: 'over all servers' }, [{ runId }]);
  if (pool.servers > 0) return undefined;
  const said = Object.entries(counts)
    .map(([key, count]) => `${count} ${key}`)
    .join(', ');
  if (failedShare(counts) > 0) return `no tool server can be used (${said}); mend the cause, then resume`;
  throw ApplicationFailure.nonRetryable(`No tool server can be used: ${said || 'none was named'}.`, 'Config.Invalid');
}
