/**
 * One tool for one sub-question (paper §3.2, method §8.4): document → complexity → call and implementation, apart from
 * each other → proof by nine rules. What a proof finds wrong goes to the writer of that part, never to another.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import type { CandidateRefs, Feedback, ProofOutcome, ProvenRefs } from '../activities/proof/contract.ts';
import type { RunSettings } from '../activities/store/contract.ts';
import type { BlobHash, InstanceId } from '../domain/ids.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { createAsk } from './asking.ts';
import { outcomeOf } from './item-outcome.ts';
import { proof } from './resources.ts';
import { showOutcome } from './search-attributes.ts';
import { designDocument, type Parts, type Writing, withoutBlamed, writeMissing } from './tool-writing.ts';

export interface ToolEnvironmentInput {
  readonly run: RunSettings;
  readonly instanceId: InstanceId;
  readonly instance: BlobHash;
  readonly nodeId: number;
  readonly round: number;
}

export interface ToolEnvironmentResult {
  readonly nodeId: number;
  readonly outcome: Outcome;
  readonly proven: ProvenRefs | null;
}

const noFeedback: Feedback = { document: [], call: [], implementation: [] };
const noAttempt: Outcome = { status: 'rejected', rule: 'no_attempt', detail: 'no attempt was made' };

export async function toolEnvironment(input: ToolEnvironmentInput): Promise<ToolEnvironmentResult> {
  const result = await build(input).catch((error: unknown) => ended(input, outcomeOf(error)));
  showOutcome(result.outcome);
  return result;
}

async function build(input: ToolEnvironmentInput): Promise<ToolEnvironmentResult> {
  const subject = `${input.instanceId}/n${input.nodeId}`;
  const ask = createAsk({ runId: input.run.runId, subject, round: input.round });
  let outcome = noAttempt;
  let feedback: readonly string[] = [];
  for (let outer = 1; outer <= input.run.attempts.outer; outer++) {
    const design = await designDocument({ input, ask, feedback });
    if (design.status === 'unusable') {
      outcome = design.outcome;
      continue;
    }
    const attempt = await implement({ input, ask, draft: design.draft, document: design.document, outer });
    if (attempt.status === 'accepted')
      return { nodeId: input.nodeId, outcome: { status: 'ok' }, proven: attempt.proven };
    outcome = attempt.outcome;
    feedback = attempt.feedback.document;
  }
  return ended(input, outcome);
}

type Implementation =
  | Extract<ProofOutcome, { status: 'accepted' }>
  | { readonly status: 'given_up'; readonly outcome: Outcome; readonly feedback: Feedback };

/** Stage 3 and 4 with the proof: only the part that is to blame is written again. */
async function implement(job: Writing): Promise<Implementation> {
  const { draft, document, input } = job;
  const { instanceId, instance, nodeId, run } = input;
  let feedback = noFeedback;
  let parts: Parts = {};
  let outcome = noAttempt;
  for (let inner = 1; inner <= run.attempts.inner; inner++) {
    setCurrentDetails(`document ${job.outer} of ${run.attempts.outer}, attempt ${inner} of ${run.attempts.inner}`);
    const written = await writeMissing(job, parts, feedback);
    if (written.status === 'unusable') return { status: 'given_up', outcome: written.outcome, feedback };
    const candidate: CandidateRefs = { draft, document, ...written.parts };
    const verdict = await proof.proveTool.executeWithOptions({ summary: `nine rules, attempt ${inner}` }, [
      { runId: run.runId, instanceId, instance, nodeId, candidate },
    ]);
    if (verdict.status === 'accepted') return verdict;
    feedback = verdict.feedback;
    outcome = { status: 'rejected', rule: verdict.rules[0] ?? 'unknown', detail: verdict.rules.join(', ') };
    if (verdict.blame.includes('document')) break;
    parts = withoutBlamed(written.parts, verdict.blame);
  }
  return { status: 'given_up', outcome, feedback };
}

function ended(input: ToolEnvironmentInput, outcome: Outcome): ToolEnvironmentResult {
  return { nodeId: input.nodeId, outcome, proven: null };
}
