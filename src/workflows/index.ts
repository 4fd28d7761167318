/** Every workflow type, by its exported name: the one permitted barrel, and the entry of the workflow bundle. */
export { chainBuilding } from './chain-building.ts';
export { environment } from './environment.ts';
export { environmentMerge } from './environment-merge.ts';
export { environmentSynthesis } from './environment-synthesis.ts';
export { itemPartition } from './item-partition.ts';
export { llmGate } from './llm-gate.ts';
export { onlineRl } from './online-rl.ts';
export { pipeline } from './pipeline.ts';
export { policyEvaluation } from './policy-evaluation.ts';
export { questionDecomposition } from './question-decomposition.ts';
export { rlEpoch } from './rl-epoch.ts';
export { rlStep } from './rl-step.ts';
export { statefulEnvironment } from './stateful-environment.ts';
export { supervisedFineTuning } from './supervised-fine-tuning.ts';
export { toolEnvironment } from './tool-environment.ts';
export { trajectoryJudgement } from './trajectory-judgement.ts';
