/** A verdict as the contract reports it (ours): recorded with its evidence, told to each writer without what it must not see. */
import { feedbackOf } from '../../domain/environment/acceptance.ts';
import type { Finding } from '../../domain/environment/finding.ts';
import type { Blame, RuleResult } from '../../domain/environment/schema.ts';
import type { BlobHash, InstanceId, RunId } from '../../domain/ids.ts';
import { canonicalJson, hashJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import type { ProofOutcome, ProofStore } from './contract.ts';

export interface Judged {
  readonly runId: RunId;
  readonly instanceId: InstanceId;
  readonly nodes: readonly number[];
  /** Hashes of the parts that were judged together. */
  readonly parts: readonly (BlobHash | null)[];
  readonly results: readonly RuleResult[];
}

/** Keeps the rule results of one attempt; repeating it for the same parts changes nothing. */
export async function recordVerdict(store: ProofStore, judged: Judged): Promise<void> {
  const { runId, instanceId, nodes, parts, results } = judged;
  // Rule results are built from JSON values by the rules.
  const body = await store.saveBody(canonicalJson(results as unknown as Json));
  const rules = results.filter((result) => !result.ok).map((result) => result.rule);
  const candidateHash = hashJson([...parts]);
  await store.recordProof({
    runId,
    instanceId,
    nodes,
    candidateHash,
    accepted: rules.length === 0,
    results: body,
    rules,
  });
}

/** The refusal that the workflow acts on. */
export function refusal(
  findings: readonly Finding[],
  results: readonly RuleResult[],
): Extract<ProofOutcome, { status: 'refused' }> {
  const blame: Blame[] = [...new Set(findings.map((finding) => finding.blame))];
  const rules = results.filter((result) => !result.ok).map((result) => result.rule);
  return { status: 'refused', rules, blame, feedback: feedbackOf(findings) };
}
