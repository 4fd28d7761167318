/** Every workflow type, by its exported name: the one permitted barrel, and the entry of the workflow bundle. */
export { chainBuilding } from './chain-building.ts';
export { environment } from './environment.ts';
export { environmentMerge } from './environment-merge.ts';
export { environmentSynthesis } from './environment-synthesis.ts';
export { itemPartition } from './item-partition.ts';
export { llmGate } from './llm-gate.ts';
export { pipeline } from './pipeline.ts';
export { questionDecomposition } from './question-decomposition.ts';
export { statefulEnvironment } from './stateful-environment.ts';
export { toolEnvironment } from './tool-environment.ts';
export { trajectoryJudgement } from './trajectory-judgement.ts';
