/**
 * New questions for the tools of an environment (method §8.1): values are exchanged, the tools answer, and everything is
 * proven and replayed as at the first time. What cannot be made or proven is counted by its rule.
 */
import { Instance } from '../../domain/decomposition/schema.ts';
import { assembleEnvironment as assemble } from '../../domain/environment/assemble.ts';
import { type AugmentRule, type RenewedNode, renewInstance } from '../../domain/environment/augment.ts';
import { Environment, type ProvenTool, ToolCall } from '../../domain/environment/schema.ts';
import { canonicalJson, type EnvironmentId, type InstanceId } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { type Rng, seededRng } from '../../domain/random.ts';
import { replay } from './assemble-environment.ts';
import { candidateOf, loadParsed } from './candidate-bodies.ts';
import type { FinishedInstance, ProofActivities, ProofStore } from './contract.ts';
import { renewNode } from './renew-node.ts';
import { type ProofTools, runAcceptance } from './run-acceptance.ts';

type AugmentInput = Parameters<ProofActivities['augmentEnvironments']>[0];
type Augmented = Awaited<ReturnType<ProofActivities['augmentEnvironments']>>;

/** Environments made in one call: each costs about a second, and a call has minutes. */
const proofsPerPage = 20;

/** Draws of other values per environment that is wanted. */
const drawsPerEnvironment = 6;

/** One page. Those of one question come one after another, because each takes the next place behind it. */
export async function augmentEnvironments(
  tools: ProofTools,
  store: ProofStore,
  { runId, after, wanted }: AugmentInput,
): Promise<Augmented> {
  const page = await store.finishedInstances(runId, after, Math.max(1, Math.floor(proofsPerPage / wanted)));
  const refused: Record<string, number> = {};
  let made = 0;
  const questions = [...new Set(page.map(({ question }) => question))];
  await Promise.all(
    questions.map(async (question) => {
      for (const finished of page.filter((one) => one.question === question)) {
        const { renewed, rules } = await renewOften(tools, { finished, wanted, store });
        for (const rule of rules) refused[rule] = (refused[rule] ?? 0) + 1;
        for (const one of renewed) await save(store, one, { runId, from: finished.id });
        made += renewed.length;
      }
    }),
  );
  return { made, refused, next: page.at(-1)?.ordinal ?? null };
}

async function renewOften(
  tools: ProofTools,
  { finished, wanted, store }: { finished: FinishedInstance; wanted: number; store: ProofStore },
): Promise<{ renewed: readonly Made[]; rules: readonly AugmentRule[] }> {
  const [instance, environment] = await Promise.all([
    loadParsed(store, finished.body, Instance),
    loadParsed(store, finished.environment, Environment),
  ]);
  const made = new Map<string, Made>();
  const rules: AugmentRule[] = [];
  for (let draw = 0; draw < wanted * drawsPerEnvironment && made.size < wanted; draw++) {
    const rng = seededRng(`augment/${environment.id}/${draw}`);
    const renewed = await renew(tools, { instance, environment, rng });
    if (!renewed.ok) rules.push(renewed.rule);
    else if (renewed.value.instance.id !== instance.id) made.set(renewed.value.instance.id, renewed.value);
  }
  return { renewed: [...made.values()], rules };
}

interface Made {
  readonly instance: Instance;
  readonly environment: Environment;
}
type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly rule: AugmentRule };

interface Job {
  readonly instance: Instance;
  readonly environment: Environment;
  readonly rng: Rng;
}

async function renew(tools: ProofTools, job: Job): Promise<Step<Made>> {
  const calls = new Map<number, JsonObject>();
  const renewed: RenewedNode[] = [];
  for (const node of job.environment.nodes) {
    const tool = job.environment.tools.find(({ id }) => id === node.tool);
    if (tool === undefined) continue;
    const step = await renewNode(tools, { node, tool, environment: job.environment, renewed, rng: job.rng });
    if (!step.ok) return step;
    calls.set(node.id, step.value.args);
    renewed.push(step.value.node);
  }
  const instance = renewInstance(job.instance, renewed);
  return instance.ok ? prove(tools, { ...job, instance: instance.instance, calls }) : instance;
}

/** All nine rules on every case, then the replay of the whole. */
async function prove(tools: ProofTools, job: Job & { calls: ReadonlyMap<number, JsonObject> }): Promise<Step<Made>> {
  const proven: ProvenTool[] = [];
  for (const tool of job.environment.tools) {
    const one = await proveCases(tools, tool, job);
    if (one === undefined) return { ok: false, rule: 'not_accepted' };
    proven.push(one);
  }
  const final = await replay(tools, proven);
  if (!final.ok) return { ok: false, rule: 'not_accepted' };
  const kept = new Set(job.environment.nodes.map(({ id }) => id));
  const nodes = job.instance.nodes.filter(({ id }) => kept.has(id));
  const environment = assemble(job.instance, { nodes, tools: final.value, score: job.environment.score });
  return { ok: true, value: { instance: job.instance, environment } };
}

async function proveCases(
  tools: ProofTools,
  tool: ProvenTool,
  { instance, calls }: { instance: Instance; calls: ReadonlyMap<number, JsonObject> },
): Promise<ProvenTool | undefined> {
  const { document, code } = tool;
  const candidates = tool.cases.map(({ nodeId, call }) => {
    const renewed = ToolCall.parse({ name: call.name, arguments: calls.get(nodeId) ?? call.arguments });
    return candidateOf(instance, nodeId, { document, code, call: renewed });
  });
  const golds = candidates.map(({ gold }) => gold);
  const cases: ProvenTool['cases'] = [];
  let proof = tool.proof;
  for (const candidate of candidates) {
    const verdict = await runAcceptance(tools, candidate, { golds });
    if (!verdict.accepted) return undefined;
    const { nodeId, question, gold, call } = candidate;
    cases.push({ nodeId, question, gold, call, output: verdict.gold?.canonical ?? '' });
    proof = [...verdict.results];
  }
  return { ...tool, cases, proof };
}

async function save(
  store: ProofStore,
  { instance, environment }: Made,
  place: { readonly runId: AugmentInput['runId']; readonly from: InstanceId },
): Promise<void> {
  // Both were parsed from JSON.
  const body = await store.saveBody(canonicalJson(instance as unknown as Json));
  const row = await store.saveBody(canonicalJson(environment as unknown as Json));
  await store.addInstance({
    ...place,
    // Ids of the domain are what these types stand for.
    instance: { id: instance.id as InstanceId, body },
    result: { id: environment.id as EnvironmentId, body: row },
  });
}
