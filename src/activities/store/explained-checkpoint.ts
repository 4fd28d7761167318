/** Where weights come from: their parent, their data, the groups in the batch of a step; and what was made of them. */
import type { CheckpointRecord, EvaluationRecord } from '../trainer/contract.ts';
import { checkpointsOf, findStep } from './checkpoints.ts';
import { evaluationsOf } from './evaluations.ts';
import type { Explanation } from './explain.ts';
import { type Queryable, query } from './pool.ts';

/** A checkpoint by "<run>/<name>", by the hash of its manifest or by its model name; undefined when there is none. */
export async function explainCheckpoint(on: Queryable, id: string): Promise<Explanation | undefined> {
  const [place] = await query<{ run: string; name: string }>(
    on,
    `select run_id as run, name from checkpoint where manifest = $1 or model = $1 or run_id || '/' || name = $1
     order by created_at limit 1`,
    [id],
  );
  if (place === undefined) return undefined;
  const { run } = place;
  const all = await checkpointsOf(on, run);
  const found = all.find(({ name }) => name === place.name);
  if (found === undefined) return undefined;
  const nameOf = ({ name }: CheckpointRecord): string => `${run}/${name}`;
  const parents = all.filter(({ manifest }) => manifest === found.parent).map(nameOf);
  const children = all.filter(({ parent }) => parent === found.manifest).map(nameOf);
  const { facts, groups, epoch } = await stepFacts(on, run, found);
  const evaluations = (await evaluationsOf(on, run)).filter(({ manifest }) => manifest === found.manifest);
  return {
    id,
    kind: 'checkpoint',
    runs: [run],
    facts: { ...factsOf(found), ...facts },
    parents: [
      ...parents.map((one) => ({ id: one, relation: 'trained from' })),
      ...groups.map((body) => ({ id: body, relation: 'group of its batch' })),
    ],
    children: children.map((one) => ({ id: one, relation: 'trained on' })),
    verdicts: evaluations.map((one) => verdictOf(run, one)),
    calls: [],
    workflow: workflowsOf(run, found, epoch),
  };
}

function factsOf({ kind, step, model, manifest, weights, data }: CheckpointRecord) {
  return { kind, step, model, manifest, weights, data };
}

async function stepFacts(on: Queryable, run: string, { kind, step }: CheckpointRecord) {
  const made = kind === 'rl' ? await findStep(on, run, step) : undefined;
  if (made === undefined) return { facts: {}, groups: [], epoch: 0 };
  const { path, tried, carried, stale, lost, metrics, groups, epoch } = made;
  return { facts: { epoch, path, tried, carried, stale, lost, metrics }, groups, epoch };
}

function verdictOf(run: string, { label, mode, repeats, measures }: EvaluationRecord): Explanation['verdicts'][number] {
  const { f1, recall, precision, tasks } = measures;
  const detail = { repeats, tasks, low: f1.low, high: f1.high, recall: recall.mean, precision: precision.mean };
  return { run, of: `${label}, ${mode}, held-out`, result: `F1 ${f1.mean.toFixed(3)}`, detail };
}

function workflowsOf(run: string, { kind, step, data }: CheckpointRecord, epoch: number): string[] {
  if (kind === 'sft') return [`astra/${run}/sft/${(data ?? '').slice(0, 8)}`];
  if (kind === 'base') return [];
  return [`astra/${run}/rl/e${String(epoch).padStart(4, '0')}/s${String(step).padStart(6, '0')}`];
}
