/** One node's candidate through the nine rules (method §8.4). */
import { Instance } from '../../domain/decomposition/schema.ts';
import { toolId } from '../../domain/environment/assemble.ts';
import {
  type ProvenTool,
  ToolCallReply,
  type ToolCandidate,
  ToolDocumentReply,
  ToolImplementationReply,
} from '../../domain/environment/schema.ts';
import { canonicalJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { candidateOf, loadParsed } from './candidate-bodies.ts';
import type { ProofActivities, ProofOutcome, ProofStore } from './contract.ts';
import { recordVerdict, refusal } from './record-verdict.ts';
import { type Acceptance, type ProofTools, runAcceptance } from './run-acceptance.ts';

type ProveInput = Parameters<ProofActivities['proveTool']>[0];

/** The verdict on a candidate, recorded; an accepted one is stored as a proven tool. */
export async function proveTool(tools: ProofTools, store: ProofStore, input: ProveInput): Promise<ProofOutcome> {
  const { runId, instanceId, nodeId, candidate: refs } = input;
  const [instance, document, call, code] = await Promise.all([
    loadParsed(store, input.instance, Instance),
    loadParsed(store, refs.document, ToolDocumentReply),
    loadParsed(store, refs.call, ToolCallReply),
    loadParsed(store, refs.code, ToolImplementationReply),
  ]);
  if (call.call === null) return unserved();
  const draft = refs.draft === null ? undefined : (await loadParsed(store, refs.draft, ToolDocumentReply)).tool;
  const parts = { draft, document: document.tool, call: call.call, code: code.code };
  const candidate = candidateOf(instance, nodeId, parts);
  const verdict = await runAcceptance(tools, candidate);
  const judged = { runId, instanceId, nodes: [nodeId], parts: [refs.draft, refs.document, refs.call, refs.code] };
  await recordVerdict(store, { ...judged, results: verdict.results });
  if (!verdict.accepted) return refusal(verdict.findings, verdict.results);
  const tool = provenTool(candidate, verdict);
  const body = await store.saveBody(canonicalJson(tool as unknown as Json));
  return { status: 'accepted', proven: { ...refs, toolId: toolId(tool), tool: body, nodes: [nodeId] } };
}

/** A proven tool of one case. */
export function provenTool(candidate: ToolCandidate, verdict: Acceptance): ProvenTool {
  const { document, code, nodeId, question, gold, call } = candidate;
  return {
    id: toolId({ document, code }),
    document,
    code,
    cases: [{ nodeId, question, gold, call, output: verdict.gold?.canonical ?? '' }],
    proof: [...verdict.results],
    mergedFrom: [nodeId],
  };
}

/** The call writer found no call: the document is to blame, nothing was run. */
function unserved(): ProofOutcome {
  const detail = 'no call of the tool can answer the question from what the question and the known answers give';
  return {
    status: 'refused',
    rules: ['signature'],
    blame: ['document'],
    feedback: { document: [detail], call: [], implementation: [] },
  };
}
