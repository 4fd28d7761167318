/**
 * The last step of an environment (method §8.5, §8.6): nodes that failed leave, names become unique, and all gold calls
 * run twice on the final artefact. The original never replays, so a tool that lost its name to another is not noticed.
 */

import { matchesGold } from '../../domain/answer/checker.ts';
import { Instance } from '../../domain/decomposition/schema.ts';
import { hasFacts } from '../../domain/environment/acceptance.ts';
import { assembleEnvironment as assemble, keptNodes, keptTools } from '../../domain/environment/assemble.ts';
import { resultOf } from '../../domain/environment/call-outcome.ts';
import { ProvenTool } from '../../domain/environment/schema.ts';
import { planNames, renameTool } from '../../domain/environment/unique-names.ts';
import { canonicalJson, type EnvironmentId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { loadParsed } from './candidate-bodies.ts';
import type { ProofActivities, ProofStore } from './contract.ts';
import { callTool, firstRun, type ProofTools, secondRun } from './run-acceptance.ts';

type AssembleInput = Parameters<ProofActivities['assembleEnvironment']>[0];
type Assembled = Awaited<ReturnType<ProofActivities['assembleEnvironment']>>;
type Step<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rule: string; readonly detail: string };

/** The environment row, stored; refused as node_failed, unique_names or final_replay. Closes the instance. */
export async function assembleEnvironment(
  tools: ProofTools,
  store: ProofStore,
  input: AssembleInput,
): Promise<Assembled> {
  const assembled = await buildRow(tools, store, input);
  const { runId, instanceId: id } = input;
  if (assembled.status === 'accepted') {
    const result = { id: assembled.id, body: assembled.body };
    await store.closeInstance({ runId, id, outcome: { status: 'ok' }, result });
  } else {
    const { rule, detail } = assembled;
    await store.closeInstance({ runId, id, outcome: { status: 'rejected', rule, detail } });
  }
  return assembled;
}

async function buildRow(tools: ProofTools, store: ProofStore, input: AssembleInput): Promise<Assembled> {
  const instance = await loadParsed(store, input.instance, Instance);
  const proven = await Promise.all(input.tools.map((hash) => loadParsed(store, hash, ProvenTool)));
  const kept = keptNodes(instance, input.dropped);
  if (!kept.ok) return { status: 'refused', rule: 'node_failed', detail: kept.detail };
  const remaining = keptTools(proven, kept.nodes);
  if (remaining.length === 0) return { status: 'refused', rule: 'node_failed', detail: 'no tool is left' };
  const named = await uniquelyNamed(tools, remaining);
  if (!named.ok) return { status: 'refused', rule: named.rule, detail: named.detail };
  const final = await replay(tools, named.value);
  if (!final.ok) return { status: 'refused', rule: final.rule, detail: final.detail };
  const score = await store.scoreOf(input.runId, input.instanceId);
  const environment = assemble(instance, { nodes: kept.nodes, tools: final.value, score });
  const body = await store.saveBody(canonicalJson(environment as unknown as Json));
  return { status: 'accepted', id: environment.id as EnvironmentId, body, replayHash: environment.replayHash };
}

/** All tools under names of their own. */
async function uniquelyNamed(tools: ProofTools, proven: readonly ProvenTool[]): Promise<Step<ProvenTool[]>> {
  const named: ProvenTool[] = [];
  for (const { tool, name } of planNames(proven)) {
    if (name === tool.document.name) {
      named.push(tool);
      continue;
    }
    const facts = await tools.inspector.inspect(tool.code);
    const renamed = hasFacts(facts) ? renameTool(tool, name, facts) : undefined;
    if (renamed === undefined) {
      const detail = `two tools are called ${tool.document.name}, and the code of ${tool.id} cannot be renamed safely`;
      return { ok: false, rule: 'unique_names', detail };
    }
    named.push(renamed);
  }
  return { ok: true, value: named };
}

/** Every gold call twice on the final artefact: both runs equal and right; the outputs are those of this run. */
export async function replay(tools: ProofTools, proven: readonly ProvenTool[]): Promise<Step<ProvenTool[]>> {
  const replayed: ProvenTool[] = [];
  for (const tool of proven) {
    const target = { env: await tools.sandbox.load(tool.code), name: tool.document.name };
    const cases: ProvenTool['cases'] = [];
    for (const one of tool.cases) {
      const args: Json = one.call.arguments;
      const first = await callTool(tools.sandbox, target, { ...firstRun, args });
      const second = await callTool(tools.sandbox, target, { ...secondRun, args });
      const value = resultOf(first);
      const equal = first.status === 'ok' && first.canonical === second.canonical;
      if (!equal || value === undefined || !matchesGold(one.gold, value)) {
        const what = equal ? 'no longer gives its answer' : 'gives different results in two runs';
        return {
          ok: false,
          rule: 'final_replay',
          detail: `the gold call of node ${one.nodeId} on ${tool.document.name} ${what}`,
        };
      }
      cases.push({ ...one, output: first.canonical });
    }
    replayed.push({ ...tool, cases });
  }
  return { ok: true, value: replayed };
}
