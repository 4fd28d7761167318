/** The outside resources as workflows see them: contracts only, dispatched to their own task queues. */
import { proxyActivities } from '@temporalio/workflow';
import type { GateActivities, ProbeActivities } from '../activities/gate/contract.ts';
import type { LlmActivities } from '../activities/llm/contract.ts';
import type { ConverseActivities } from '../activities/llm/converse-contract.ts';
import type { McpActivities, ToolCallActivities } from '../activities/mcp/contract.ts';
import type { ProofActivities, StatefulProofActivities } from '../activities/proof/contract.ts';
import type { ChainStoreActivities } from '../activities/store/chain-contract.ts';
import type { StoreActivities } from '../activities/store/contract.ts';
import type { EmulationStoreActivities } from '../activities/store/emulation-contract.ts';
import type { EpisodeStoreActivities } from '../activities/store/episode-contract.ts';
import type { TaskStoreActivities } from '../activities/store/task-contract.ts';
import type { TrainerActivities } from '../activities/trainer/contract.ts';
import {
  finishOptions,
  gateOptions,
  llmOptions,
  planOptions,
  sandboxOptions,
  storeOptions,
  toolCallOptions,
  toolOptions,
  trainerOptions,
  trainerStopOptions,
} from './activity-options.ts';

export const store = proxyActivities<StoreActivities>(storeOptions);
export const plan = proxyActivities<Pick<StoreActivities, 'planEnvironments'>>(planOptions);
export const llm = proxyActivities<LlmActivities>(llmOptions);
export const agent = proxyActivities<ConverseActivities>(llmOptions);
export const proof = proxyActivities<Pick<ProofActivities, 'proveTool'>>(sandboxOptions);
export const finish = proxyActivities<Omit<ProofActivities, 'proveTool'>>(finishOptions);
export const statefulProof = proxyActivities<StatefulProofActivities>(sandboxOptions);
export const gate = proxyActivities<GateActivities>(gateOptions);
export const prober = proxyActivities<ProbeActivities>(gateOptions);
export const tools = proxyActivities<McpActivities>(toolOptions);
export const toolCalls = proxyActivities<ToolCallActivities>(toolCallOptions);
export const chainStore = proxyActivities<Omit<ChainStoreActivities, 'planTools'>>(storeOptions);
export const toolPlan = proxyActivities<Pick<ChainStoreActivities, 'planTools'>>(planOptions);
export const emulationStore = proxyActivities<EmulationStoreActivities>(storeOptions);
export const trainer = proxyActivities<Omit<TrainerActivities, 'stopSft'>>(trainerOptions);
export const trainerStop = proxyActivities<Pick<TrainerActivities, 'stopSft'>>(trainerStopOptions);
export const taskStore = proxyActivities<Omit<TaskStoreActivities, 'planTasks' | 'selectTasks'>>(storeOptions);
/** Over everything that the run has of chains and variants. */
export const taskPlan = proxyActivities<Pick<TaskStoreActivities, 'planTasks' | 'selectTasks'>>(planOptions);
export const episodeStore = proxyActivities<Omit<EpisodeStoreActivities, 'selectTrajectories'>>(storeOptions);
export const trajectorySelection = proxyActivities<Pick<EpisodeStoreActivities, 'selectTrajectories'>>(planOptions);
