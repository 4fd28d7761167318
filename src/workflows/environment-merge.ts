/**
 * Intent clustering and merge (paper §3.2, method §8.5): tools that are one parameterised function become one tool.
 * Members are inserted one at a time into a seeded base; a member that cannot be merged keeps its own proven tool.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import type { ProvenRefs } from '../activities/proof/contract.ts';
import type { RunSettings } from '../activities/store/contract.ts';
import { mergeOrder } from '../domain/environment/merge-order.ts';
import type { BlobHash, InstanceId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Ask, createAsk } from './asking.ts';
import { outcomeOf } from './item-outcome.ts';
import { finish } from './resources.ts';

export interface EnvironmentMergeInput {
  readonly run: RunSettings;
  readonly instanceId: InstanceId;
  readonly instance: BlobHash;
  readonly tools: readonly ProvenRefs[];
  readonly round: number;
}

interface Cluster {
  readonly intent: string;
  readonly ids: readonly number[];
}

export async function environmentMerge(input: EnvironmentMergeInput): Promise<readonly ProvenRefs[]> {
  const ask = createAsk({ runId: input.run.runId, subject: `${input.instanceId}/merge`, round: input.round });
  const clusters = await clusterByIntent(input, ask);
  const merged = await Promise.all(clusters.map((cluster) => mergeCluster({ input, ask, cluster })));
  setCurrentDetails(`${input.tools.length} tools before, ${merged.flat().length} after`);
  return merged.flat();
}

/** A partition of the nodes; without a usable one every tool stays as it is. */
async function clusterByIntent(input: EnvironmentMergeInput, ask: Ask): Promise<readonly Cluster[]> {
  const nodes = input.tools.flatMap((tool) => tool.nodes);
  const answer = await ask({
    prompt: 'environment/intent-clusters',
    facts: { instance: input.instance },
    params: { nodes },
    tries: input.run.attempts.reask,
  }).catch(unlessCancelled);
  return answer?.status === 'usable' ? clustersOf(answer.summary) : nodes.map((id) => ({ intent: '', ids: [id] }));
}

function clustersOf(summary: JsonObject): readonly Cluster[] {
  // The llm activity validated the reply and its summary against the prompt's spec.
  return summary['clusters'] as unknown as readonly Cluster[];
}

async function mergeCluster(job: { input: EnvironmentMergeInput; ask: Ask; cluster: Cluster }): Promise<ProvenRefs[]> {
  const { input, cluster } = job;
  const members = cluster.ids.flatMap((id) => input.tools.find((tool) => tool.nodes.includes(id)) ?? []);
  if (members.length < 2) return members;
  const order = mergeOrder(`${input.instanceId}/${cluster.intent}`, members);
  let [base, ...rest] = order as [ProvenRefs, ...ProvenRefs[]];
  const unmerged: ProvenRefs[] = [];
  for (const member of rest) {
    const extended = await insertMember({ ...job, base, member }).catch(unlessCancelled);
    if (extended === undefined) unmerged.push(member);
    else base = extended;
  }
  return [base, ...unmerged];
}

/** Document united by code, call and code written anew, everything proven again for every member. */
async function insertMember(job: {
  input: EnvironmentMergeInput;
  ask: Ask;
  cluster: Cluster;
  base: ProvenRefs;
  member: ProvenRefs;
}): Promise<ProvenRefs | undefined> {
  const { input, ask, cluster, base, member } = job;
  const { instance, instanceId, run } = input;
  const united = await finish.uniteDocuments({ runId: run.runId, instance, base: base.tool, member: member.tool });
  if (united.status === 'refused') return undefined;
  const { document } = united;
  const call = await ask({
    prompt: 'environment/tool-call',
    facts: { instance, document },
    params: { node: member.nodes[0] ?? 0 },
    tries: run.attempts.reask,
  });
  if (call.status === 'unusable') return undefined;
  let feedback: readonly string[] = [];
  for (let attempt = 1; attempt <= run.attempts.merge; attempt++) {
    const code = await ask({
      prompt: 'environment/merge-implementation',
      facts: { instance, document, base: base.code },
      params: { nodes: [...base.nodes, ...member.nodes] },
      tries: run.attempts.reask,
      feedback,
    });
    if (code.status === 'unusable') return undefined;
    const verdict = await finish.proveMerge({
      runId: run.runId,
      instanceId,
      instance,
      base: base.tool,
      member: member.tool,
      call: call.reply,
      document,
      code: code.reply,
      intent: cluster.intent,
    });
    if (verdict.status === 'accepted') return verdict.proven;
    if (!verdict.blame.includes('implementation')) return undefined;
    feedback = verdict.feedback.implementation;
  }
  return undefined;
}

/** A merge only makes a good environment smaller: what fails in it costs the merge, never the proven tools. */
function unlessCancelled(error: unknown): undefined {
  outcomeOf(error);
  return undefined;
}
