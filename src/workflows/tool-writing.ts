/**
 * What the writers of one tool are asked for (method §8.4): the document in two steps, then call and implementation apart
 * from each other.
 */
import type { CandidateRefs, Feedback } from '../activities/proof/contract.ts';
import type { Blame } from '../domain/environment/schema.ts';
import type { BlobHash } from '../domain/ids.ts';
import type { Outcome } from '../domain/run/outcome.ts';
import type { Answer, Ask } from './asking.ts';
import { unusable } from './item-outcome.ts';
import type { ToolTask } from './tool-design.ts';

export interface Writing {
  readonly task: ToolTask;
  readonly ask: Ask;
  readonly draft: BlobHash;
  readonly document: BlobHash;
}

export type Parts = Partial<Pick<CandidateRefs, 'call' | 'code'>>;

type Design =
  | { readonly status: 'designed'; readonly draft: BlobHash; readonly document: BlobHash }
  | { readonly status: 'unusable'; readonly outcome: Outcome };

/** Stage 1 and 2: a reusable document, then more of it without breaking what stands. */
export async function designDocument(job: { task: ToolTask; ask: Ask; feedback: readonly string[] }): Promise<Design> {
  const { task, ask } = job;
  const shared = { params: { node: task.nodeId }, tries: task.run.attempts.reask };
  const draft = await ask({
    ...shared,
    prompt: 'environment/tool-document',
    facts: { instance: task.instance },
    feedback: job.feedback,
  });
  if (draft.status === 'unusable') return { status: 'unusable', outcome: unusable('environment/tool-document', draft) };
  const scaled = await ask({
    ...shared,
    prompt: 'environment/tool-complexity',
    facts: { instance: task.instance, document: draft.reply },
  });
  if (scaled.status === 'unusable')
    return { status: 'unusable', outcome: unusable('environment/tool-complexity', scaled) };
  return { status: 'designed', draft: draft.reply, document: scaled.reply };
}

type Written =
  | { readonly status: 'written'; readonly parts: Required<Parts> }
  | { readonly status: 'unusable'; readonly outcome: Outcome };

/** The implementation writer sees document and answer, the call writer sees the question: neither sees the other. */
export async function writeMissing(job: Writing, parts: Parts, feedback: Feedback): Promise<Written> {
  const [call, code] = await Promise.all([
    parts.call === undefined ? writePart(job, 'environment/tool-call', feedback.call) : usable(parts.call),
    parts.code === undefined
      ? writePart(job, 'environment/tool-implementation', feedback.implementation)
      : usable(parts.code),
  ]);
  if (call.status === 'unusable') return { status: 'unusable', outcome: unusable('environment/tool-call', call) };
  if (code.status === 'unusable')
    return { status: 'unusable', outcome: unusable('environment/tool-implementation', code) };
  return { status: 'written', parts: { call: call.reply, code: code.reply } };
}

function writePart(
  job: Writing,
  prompt: 'environment/tool-call' | 'environment/tool-implementation',
  feedback: readonly string[],
): Promise<Answer> {
  const { task, document } = job;
  const facts = { instance: task.instance, document };
  return job.ask({ prompt, facts, params: { node: task.nodeId }, tries: task.run.attempts.reask, feedback });
}

function usable(reply: BlobHash): Answer {
  return { status: 'usable', reply, summary: {} };
}

export function withoutBlamed(parts: Required<Parts>, blame: readonly Blame[]): Parts {
  return {
    ...(blame.includes('call') ? {} : { call: parts.call }),
    ...(blame.includes('implementation') ? {} : { code: parts.code }),
  };
}
