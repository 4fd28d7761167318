/**
 * Two proven tools as one (method §8.5): documents united by code, then every rule again for every member on the merged
 * code, and no member's call may return another member's answer.
 */
import { Instance } from '../../domain/decomposition/schema.ts';
import { toolId } from '../../domain/environment/assemble.ts';
import { crossAnswerFindings } from '../../domain/environment/cross-answers.ts';
import { documentProblems } from '../../domain/environment/document-rules.ts';
import { type Finding, ruleResults } from '../../domain/environment/finding.ts';
import { leakProblems } from '../../domain/environment/leak-rules.ts';
import { uniteDocuments as unite } from '../../domain/environment/merge.ts';
import { askedOf } from '../../domain/environment/node-question.ts';
import {
  ProvenTool,
  ToolCallReply,
  ToolDocumentReply,
  ToolImplementationReply,
} from '../../domain/environment/schema.ts';
import { canonicalJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { candidateOf, loadParsed } from './candidate-bodies.ts';
import type { ProofActivities, ProofOutcome, ProofStore } from './contract.ts';
import { recordVerdict, refusal } from './record-verdict.ts';
import { type Acceptance, type ProofTools, runAcceptance } from './run-acceptance.ts';

type UniteInput = Parameters<ProofActivities['uniteDocuments']>[0];
type MergeInput = Parameters<ProofActivities['proveMerge']>[0];
type Case = ProvenTool['cases'][number];

/** The union, stored as the reply that a document writer would have given, or the rules it breaks. */
export async function uniteDocuments(
  store: ProofStore,
  input: UniteInput,
): ReturnType<ProofActivities['uniteDocuments']> {
  const [instance, base, member] = await Promise.all([
    loadParsed(store, input.instance, Instance),
    loadParsed(store, input.base, ProvenTool),
    loadParsed(store, input.member, ProvenTool),
  ]);
  const united = unite(base.document, member.document);
  if (!united.ok) return { status: 'refused', rules: ['merge_conflict'] };
  const { document } = united;
  const leaks = [...base.cases, ...member.cases].flatMap((one) =>
    leakProblems(document, one.gold, askedOf(instance, one.nodeId)),
  );
  const rules = [
    ...(documentProblems(document, base.document).length > 0 ? ['document'] : []),
    ...(leaks.length > 0 ? ['leak'] : []),
  ];
  if (rules.length > 0) return { status: 'refused', rules };
  const analysis = `Union of the documents of ${base.id} and ${member.id}, made by code.`;
  // A document was parsed from JSON by a loose schema: what it holds is JSON.
  return { status: 'united', document: await store.saveBody(canonicalJson({ analysis, tool: document } as Json)) };
}

/** The verdict on merged code for all members, recorded; an accepted one is stored as one proven tool. */
export async function proveMerge(tools: ProofTools, store: ProofStore, input: MergeInput): Promise<ProofOutcome> {
  const { runId, instanceId, intent } = input;
  const [instance, base, member, document, call, code] = await Promise.all([
    loadParsed(store, input.instance, Instance),
    loadParsed(store, input.base, ProvenTool),
    loadParsed(store, input.member, ProvenTool),
    loadParsed(store, input.document, ToolDocumentReply),
    loadParsed(store, input.call, ToolCallReply),
    loadParsed(store, input.code, ToolImplementationReply),
  ]);
  const [first, ...more] = member.cases;
  if (call.call === null || first === undefined || more.length > 0)
    return refusal([uncalled], ruleResults([uncalled], {}));
  const cases = [...base.cases, { ...first, call: call.call }];
  const merged = { document: document.tool, code: code.code };
  const verdicts = await proveCases(tools, cases, { instance, merged });
  const findings = [
    ...verdicts.flatMap((verdict) => verdict.findings),
    ...crossAnswerFindings(outcomesOf(cases, verdicts)),
  ];
  const passed = Object.fromEntries(
    (verdicts.at(-1)?.results ?? []).map((result) => [
      result.rule,
      `holds for ${cases.length} cases; last: ${result.detail}`,
    ]),
  );
  const results = ruleResults(findings, passed);
  const nodes = cases.map((one) => one.nodeId);
  const parts = [input.base, input.member, input.document, input.call, input.code];
  await recordVerdict(store, { runId, instanceId, nodes, parts, results });
  if (findings.length > 0) return refusal(findings, results);
  const tool: ProvenTool = {
    id: toolId(merged),
    ...merged,
    cases: cases.map((one, at) => ({ ...one, output: verdicts[at]?.gold?.canonical ?? '' })),
    proof: results,
    mergedFrom: [...base.mergedFrom, ...member.mergedFrom],
    intent,
  };
  const body = await store.saveBody(canonicalJson(tool as unknown as Json));
  const refs = { draft: null, document: input.document, call: input.call, code: input.code };
  return { status: 'accepted', proven: { ...refs, toolId: toolId(tool), tool: body, nodes } };
}

const uncalled: Finding = {
  rule: 'signature',
  blame: 'call',
  detail: 'the merged tool has no call for the new member',
};

async function proveCases(
  tools: ProofTools,
  cases: readonly Case[],
  { instance, merged }: { instance: Instance; merged: Pick<ProvenTool, 'document' | 'code'> },
): Promise<Acceptance[]> {
  const golds = cases.map((one) => one.gold);
  const verdicts: Acceptance[] = [];
  for (const one of cases) {
    const call = { ...one.call, name: merged.document.name };
    verdicts.push(await runAcceptance(tools, candidateOf(instance, one.nodeId, { ...merged, call }), { golds }));
  }
  return verdicts;
}

function outcomesOf(
  cases: readonly Case[],
  verdicts: readonly Acceptance[],
): Parameters<typeof crossAnswerFindings>[0] {
  return cases.flatMap((one, at) => {
    const run = verdicts[at]?.gold;
    return run === undefined ? [] : [{ nodeId: one.nodeId, gold: one.gold, run }];
  });
}
