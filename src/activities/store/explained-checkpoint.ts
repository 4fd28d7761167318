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
    parents: [...parents.map((one) => ({ id: one, relation: 'trained from' })), ...groups],
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
  const { path, tried, carried, stale, lost, metrics, timings, groups, epoch } = made;
  const of = (name: string): string => (metrics[name] ?? Number.NaN).toFixed(3);
  const facts = {
    epoch,
    reward: `${of('reward_mean')}, F1 ${of('f1')}, recall ${of('recall')}, precision ${of('precision')}`,
    calls: `${of('calls')} a rollout, ${of('sampled_tokens')} tokens sampled`,
    policy: `KL ${of('kl')}, entropy ${of('entropy')}, gradient ${of('grad_norm')}`,
    groups: `${groups.length} kept, ${tried} rolled out, ${carried} carried on, ${stale} too old, ${lost} rollouts lost`,
    seconds: rounded(timings),
    path,
    metrics,
  };
  return { facts, groups: await batchGroups(on, run, groups), epoch };
}

const rounded = (parts: { readonly [name: string]: number }): { readonly [name: string]: number } =>
  Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, Math.round(100 * value) / 100]));

/** The groups of a batch in its order, each with its task and what its rollouts got. */
async function batchGroups(on: Queryable, run: string, bodies: readonly string[]): Promise<Explanation['parents']> {
  const rows = await query<{ body: string; group: number; task: string; version: number; rewards: number[] }>(
    on,
    'select body, group_no as "group", task, version, rewards from rollout_group where run_id = $1 and body = any($2)',
    [run, bodies],
  );
  const byBody = new Map(rows.map((row) => [row.body, row]));
  return bodies.map((body) => {
    const row = byBody.get(body);
    if (row === undefined) return { id: body, relation: 'group of its batch' };
    const { group, task, version, rewards } = row;
    const got = rewards.map((reward) => reward.toFixed(2)).join(' ');
    return { id: body, relation: `group ${group} of its batch (${task}, weights of step ${version}: ${got})` };
  });
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
