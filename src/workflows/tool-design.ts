/**
 * One design of a tool (paper §3.2, method §8.4): document → complexity → call and implementation, apart from each
 * other → proof by nine rules. What a proof finds wrong goes to the writer of that part, never to another.
 */
import type { CandidateRefs, Feedback, ProofOutcome, ProvenRefs } from '../activities/proof/contract.ts';
import type { RunSettings } from '../activities/store/contract.ts';
import type { BlobHash, InstanceId } from '../domain/ids.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import { createAsk } from './asking.ts';
import { proof } from './resources.ts';
import { designDocument, type Parts, type Writing, withoutBlamed, writeMissing } from './tool-writing.ts';

/** The sub-question a tool is wanted for. */
export interface ToolTask {
  readonly run: RunSettings;
  readonly instanceId: InstanceId;
  readonly instance: BlobHash;
  readonly nodeId: number;
  readonly round: number;
}

/** What came of the designs so far; a persisted interface. */
export interface Tried {
  readonly designs: number;
  readonly outcome: Outcome;
  /** For the writer of the next document. */
  readonly feedback: readonly string[];
}

export type Designed =
  | { readonly status: 'accepted'; readonly proven: ProvenRefs }
  | { readonly status: 'given_up'; readonly tried: Tried };

const noFeedback: Feedback = { document: [], call: [], implementation: [] };
const noAttempt: Outcome = { status: 'rejected', rule: 'no_attempt', detail: 'no attempt was made' };

export const untried: Tried = { designs: 0, outcome: noAttempt, feedback: [] };

/** The next design of a tool, after those already tried; `show` tells people where it is. */
export async function designTool(task: ToolTask, tried: Tried, show: (where: string) => void): Promise<Designed> {
  const { run, instanceId, nodeId, round } = task;
  const { inner, outer, reask } = run.attempts;
  const designs = tried.designs + 1;
  // Sample numbers of a design do not depend on how many asks the designs before it took, nor on where they ran.
  const first = tried.designs * inner * reask;
  const ask = createAsk({ runId: run.runId, subject: `${instanceId}/n${nodeId}`, round, first });
  const showAttempt = (attempt: number): void =>
    show(`document ${designs} of ${outer}, attempt ${attempt} of ${inner}`);
  const design = await designDocument({ task, ask, feedback: tried.feedback });
  if (design.status === 'unusable')
    return { status: 'given_up', tried: { ...tried, designs, outcome: design.outcome } };
  const attempt = await implement({ task, ask, draft: design.draft, document: design.document }, showAttempt);
  if (attempt.status === 'accepted') return attempt;
  return { status: 'given_up', tried: { designs, outcome: attempt.outcome, feedback: attempt.feedback.document } };
}

type Implementation =
  | Extract<ProofOutcome, { status: 'accepted' }>
  | { readonly status: 'given_up'; readonly outcome: Outcome; readonly feedback: Feedback };

/** Stage 3 and 4 with the proof: only the part that is to blame is written again. */
async function implement(job: Writing, show: (attempt: number) => void): Promise<Implementation> {
  const { draft, document, task } = job;
  const { instanceId, instance, nodeId, run } = task;
  let feedback = noFeedback;
  let parts: Parts = {};
  let outcome = noAttempt;
  for (let inner = 1; inner <= run.attempts.inner; inner++) {
    show(inner);
    const written = await writeMissing(job, parts, feedback);
    if (written.status === 'unusable') return { status: 'given_up', outcome: written.outcome, feedback };
    const candidate: CandidateRefs = { draft, document, ...written.parts };
    const verdict = await proof.proveTool.executeWithOptions({ summary: `n${nodeId} nine rules, attempt ${inner}` }, [
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
