/** Training's store in memory: the first of equal keys stays, as in Postgres. */
import type {
  CheckpointRecord,
  EvaluationKey,
  EvaluationRecord,
  GroupRef,
  StepRecord,
  TrainingStore,
} from '../../src/activities/trainer/contract.ts';
import type { BlobHash } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';

export interface MemoryTrainingStore extends TrainingStore {
  readonly groups: Map<string, GroupRef>;
  readonly steps: Map<number, StepRecord>;
  readonly checkpoints: Map<string, CheckpointRecord>;
  readonly evaluations: EvaluationRecord[];
  body(hash: string): unknown;
}

/** A store of one run; `environments` are bodies as the stage before emitted them. */
export function memoryTrainingStore(config: object, environments: readonly { id: string }[]): MemoryTrainingStore {
  const parsed = RunConfig.parse(config);
  const bodies = new Map<string, string>();
  const keep = (text: string): BlobHash => {
    const hash = hashText(text) as BlobHash;
    bodies.set(hash, text);
    return hash;
  };
  let plan: BlobHash | undefined;
  const groups = new Map<string, GroupRef>();
  const steps = new Map<number, StepRecord>();
  const checkpoints = new Map<string, CheckpointRecord>();
  const evaluations: EvaluationRecord[] = [];
  const body = (hash: string): unknown => {
    const text = bodies.get(hash);
    if (text === undefined) throw new Error(`no body ${hash}`);
    return JSON.parse(text);
  };
  const first = <K, V>(map: Map<K, V>, key: K, value: V): V => {
    const known = map.get(key) ?? value;
    map.set(key, known);
    return known;
  };
  const sameKey = (a: EvaluationKey, b: EvaluationKey): boolean =>
    a.manifest === b.manifest && a.mode === b.mode && a.settings === b.settings;
  return {
    groups,
    steps,
    checkpoints,
    evaluations,
    body,
    config: () => Promise.resolve(parsed),
    loadBody: (hash) => Promise.resolve(body(hash)),
    saveBody: (text) => Promise.resolve(keep(text)),
    async *environments() {
      for (const value of environments) yield { id: value.id, body: keep(JSON.stringify(value)), value };
    },
    findPlan: () => Promise.resolve(plan),
    savePlan: (_run, hash) => Promise.resolve((plan ??= hash)),
    findGroup: (_run, { group, policy }) => Promise.resolve(groups.get(`${group} ${policy}`)),
    saveGroup: (_run, { policy, seconds: _seconds, ...ref }) =>
      Promise.resolve(first(groups, `${ref.group} ${policy}`, ref)),
    selectedConversations: () => Promise.resolve<JsonObject[]>([]),
    saveJob: () => Promise.resolve(),
    saveJobRecord: () => Promise.resolve(),
    async saveCheckpoint(_run, checkpoint) {
      first(checkpoints, checkpoint.name, checkpoint);
    },
    findCheckpoint: (_run, name) => Promise.resolve(checkpoints.get(name)),
    lastStep: () => Promise.resolve(Math.max(0, ...steps.keys())),
    findStep: (_run, step) => Promise.resolve(steps.get(step)),
    async saveStep(_run, step) {
      first(steps, step.step, step);
    },
    findEvaluation: (key) => Promise.resolve(evaluations.find((one) => sameKey(one, key))),
    async saveEvaluation(evaluation) {
      evaluations.push(evaluation);
    },
  };
}
