/** The store as activities: short, safe to repeat, failing with the types its contract names. */
import type { Pool } from 'pg';
import { wrapActivities } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { ChainStoreActivities } from './chain-contract.ts';
import { recordChain } from './chains.ts';
import type { StoreActivities } from './contract.ts';
import { recordDecompositions } from './decompositions.ts';
import { applyEmulation, openEmulation } from './emulation.ts';
import type { EmulationStoreActivities } from './emulation-contract.ts';
import type { EpisodeStoreActivities } from './episode-contract.ts';
import { closeEpisode } from './episode-verdicts.ts';
import { openEpisode, recordEpisode } from './episodes.ts';
import { claimItems, closeItem, countItems } from './items.ts';
import { planEnvironments } from './plan.ts';
import { applyCorrection } from './retry.ts';
import { openRun, setPhase } from './runs.ts';
import { recordScores } from './scores.ts';
import { selectTrajectories } from './select-trajectories.ts';
import { selectInstances } from './selection.ts';
import type { TaskStoreActivities } from './task-contract.ts';
import { planTasks } from './task-plan.ts';
import { selectTasks } from './task-selection.ts';
import { recordScripts, recordVariant } from './task-variants.ts';
import { recordTask } from './tasks.ts';
import { recordGraph } from './tool-graphs.ts';
import { planTools } from './tool-plan.ts';
import { formToolPool, recordServer } from './tool-servers.ts';

/** All activities of the store on one pool. */
export function createStoreActivities(pool: Pool): StoreActivities {
  return wrapActivities<StoreActivities>({
    openRun: (input) => openRun(pool, input),
    planEnvironments: (input) =>
      withHeartbeat(
        () => ({ phase: 'plan' }),
        () => planEnvironments(pool, input),
      ),
    claimItems: (input) => claimItems(pool, input),
    recordDecompositions: (input) => recordDecompositions(pool, input),
    recordScores: (input) => recordScores(pool, input),
    selectInstances: (input) => selectInstances(pool, input),
    closeItem: async (input) => void (await closeItem(pool, input)),
    setPhase: (input) => setPhase(pool, input),
    applyCorrection: (input) => applyCorrection(pool, input),
    countItems: (input) => countItems(pool, input),
  });
}

/** The store's side of chain building on one pool. */
export function createChainStoreActivities(pool: Pool): ChainStoreActivities {
  return wrapActivities<ChainStoreActivities>({
    planTools: (input) =>
      withHeartbeat(
        () => ({ phase: 'plan' }),
        () => planTools(pool, input),
      ),
    recordServer: (input) => recordServer(pool, input),
    formToolPool: (input) => formToolPool(pool, input),
    recordGraph: (input) => recordGraph(pool, input),
    recordChain: (input) => recordChain(pool, input),
  });
}

/** The worlds of emulated servers on one pool. */
export function createEmulationStoreActivities(pool: Pool): EmulationStoreActivities {
  return wrapActivities<EmulationStoreActivities>({
    openEmulation: (input) => openEmulation(pool, input),
    applyEmulation: (input) => applyEmulation(pool, input),
  });
}

/** The store's side of playing episodes on one pool. */
export function createEpisodeStoreActivities(pool: Pool): EpisodeStoreActivities {
  return wrapActivities<EpisodeStoreActivities>({
    openEpisode: (input) => openEpisode(pool, input),
    recordEpisode: (input) => recordEpisode(pool, input),
    closeEpisode: (input) => closeEpisode(pool, input),
    selectTrajectories: (input) =>
      withHeartbeat(
        () => ({ phase: 'select' }),
        () => selectTrajectories(pool, input),
      ),
  });
}

/** The store's side of task construction on one pool. */
export function createTaskStoreActivities(pool: Pool): TaskStoreActivities {
  return wrapActivities<TaskStoreActivities>({
    planTasks: (input) =>
      withHeartbeat(
        () => ({ phase: 'plan' }),
        () => planTasks(pool, input),
      ),
    recordTask: (input) => recordTask(pool, input),
    recordVariant: (input) => recordVariant(pool, input),
    recordScripts: (input) => recordScripts(pool, input),
    selectTasks: (input) =>
      withHeartbeat(
        () => ({ phase: 'select' }),
        () => selectTasks(pool, input),
      ),
  });
}

export { createCallStore } from './calls.ts';
export { createGateStore } from './gates.ts';
export { createProofStore } from './proofs.ts';
export { createToolRecords } from './tool-records.ts';
