/**
 * Merging the tools of one intent (paper §3.2, method §8.5): members are inserted one at a time into a seeded base; a
 * member that cannot be merged keeps its own proven tool.
 */
import type { ProvenRefs } from '../activities/proof/contract.ts';
import type { RunSettings } from '../activities/store/contract.ts';
import type { BlobHash, InstanceId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Ask, createAsk } from './asking.ts';
import { outcomeOf } from './item-outcome.ts';
import { finish } from './resources.ts';

/** The instance whose tools are merged. */
export interface MergeTask {
  readonly run: RunSettings;
  readonly instanceId: InstanceId;
  readonly instance: BlobHash;
  readonly round: number;
}

export interface IntentCluster {
  readonly intent: string;
  readonly ids: readonly number[];
}

/** How far the members of a cluster are merged; a persisted interface. */
export interface Merging {
  readonly intent: string;
  readonly base: ProvenRefs;
  readonly waiting: readonly ProvenRefs[];
  readonly unmerged: readonly ProvenRefs[];
}

export function mergeAsk({ run, instanceId, round }: MergeTask): Ask {
  return createAsk({ runId: run.runId, subject: `${instanceId}/merge`, round });
}

/** A partition of the nodes; without a usable one every tool stays as it is. */
export async function clusterByIntent(
  task: MergeTask,
  tools: readonly ProvenRefs[],
): Promise<readonly IntentCluster[]> {
  const nodes = tools.flatMap((tool) => tool.nodes);
  const answer = await mergeAsk(task)({
    prompt: 'environment/intent-clusters',
    facts: { instance: task.instance },
    params: { nodes },
    tries: task.run.attempts.reask,
  }).catch(unlessCancelled);
  return answer?.status === 'usable' ? clustersOf(answer.summary) : nodes.map((id) => ({ intent: '', ids: [id] }));
}

function clustersOf(summary: JsonObject): readonly IntentCluster[] {
  // The llm activity validated the reply and its summary against the prompt's spec.
  return summary['clusters'] as unknown as readonly IntentCluster[];
}

/** Inserts the next waiting member. */
export async function insertNext(task: MergeTask, merging: Merging): Promise<Merging> {
  const [member, ...waiting] = merging.waiting;
  if (member === undefined) return merging;
  const base = await insertMember(task, merging, member).catch(unlessCancelled);
  if (base === undefined) return { ...merging, waiting, unmerged: [...merging.unmerged, member] };
  return { ...merging, waiting, base };
}

/** Document united by code, call and code written anew, everything proven again for every member. */
async function insertMember(
  task: MergeTask,
  { intent, base }: Merging,
  member: ProvenRefs,
): Promise<ProvenRefs | undefined> {
  const { instance, instanceId, run } = task;
  const { runId } = run;
  const ask = mergeAsk(task);
  const joined = [...base.nodes, ...member.nodes];
  const names = joined.map((node) => `n${node}`).join('+');
  const united = await finish.uniteDocuments.executeWithOptions({ summary: `${names} one document` }, [
    { runId, instance, base: base.tool, member: member.tool },
  ]);
  if (united.status === 'refused') return undefined;
  const { document } = united;
  const call = await ask({
    prompt: 'environment/tool-call',
    facts: { instance, document },
    params: { node: member.nodes[0] ?? 0 },
    tries: run.attempts.reask,
  });
  if (call.status === 'unusable') return undefined;
  const parts = { base: base.tool, member: member.tool, call: call.reply, document };
  let feedback: readonly string[] = [];
  for (let attempt = 1; attempt <= run.attempts.merge; attempt++) {
    const code = await ask({
      prompt: 'environment/merge-implementation',
      facts: { instance, document, base: base.code },
      params: { nodes: joined },
      tries: run.attempts.reask,
      feedback,
    });
    if (code.status === 'unusable') return undefined;
    const verdict = await finish.proveMerge.executeWithOptions({ summary: `${names} nine rules, attempt ${attempt}` }, [
      { runId, instanceId, instance, ...parts, code: code.reply, intent },
    ]);
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
