/** One candidate with state through its rules (ours), recorded; an accepted one is stored as its row. */
import { ToolImplementationReply } from '../../domain/environment/schema.ts';
import { canonicalJson, type EnvironmentId, hashJson, type InstanceId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { statefulEnvironment } from '../../domain/stateful/assemble.ts';
import { candidateOfReplies } from '../../domain/stateful/candidate.ts';
import { statefulFeedback } from '../../domain/stateful/finding.ts';
import { DesignReply, PlanReply, Scenario } from '../../domain/stateful/schema.ts';
import { loadParsed } from './candidate-bodies.ts';
import type { ProofStore, StatefulProof, StatefulProofActivities } from './contract.ts';
import type { ProofTools } from './run-acceptance.ts';
import { runStateful, type StatefulAcceptance } from './run-stateful.ts';

type ProveInput = Parameters<StatefulProofActivities['proveStateful']>[0];

/** See StatefulProofActivities. */
export async function proveStateful(tools: ProofTools, store: ProofStore, input: ProveInput): Promise<StatefulProof> {
  const [scenario, design, plan, { code }] = await Promise.all([
    loadParsed(store, input.scenario, Scenario),
    loadParsed(store, input.design, DesignReply),
    loadParsed(store, input.plan, PlanReply),
    loadParsed(store, input.code, ToolImplementationReply),
  ]);
  const candidate = candidateOfReplies(design, plan, code);
  const verdict = await runStateful(tools, candidate);
  await record(store, input, verdict);
  const { accepted, findings, goal, gold, dependencies, results } = verdict;
  if (!accepted || goal === undefined || gold === null) {
    return {
      status: 'refused',
      rules: failedRules(verdict),
      blames: [...new Set(findings.map((finding) => finding.blame))],
      feedback: statefulFeedback(findings),
    };
  }
  const origin = { id: input.scenarioId, scenario };
  const row = statefulEnvironment(origin, candidate, { gold, goal, dependencies, results });
  // A row is built of parsed JSON and texts.
  const body = await store.saveBody(canonicalJson(row as unknown as Json));
  return { status: 'accepted', id: row.id as EnvironmentId, body };
}

function failedRules({ results }: StatefulAcceptance): string[] {
  return results.filter((result) => !result.ok).map((result) => result.rule);
}

/** Proofs are kept per item: a scenario has no nodes. */
async function record(store: ProofStore, input: ProveInput, verdict: StatefulAcceptance): Promise<void> {
  await store.recordProof({
    runId: input.runId,
    instanceId: input.scenarioId as InstanceId,
    nodes: [],
    candidateHash: hashJson([input.design, input.plan, input.code]),
    accepted: verdict.accepted,
    results: await store.saveBody(canonicalJson(verdict.results as unknown as Json)),
    rules: failedRules(verdict),
  });
}
