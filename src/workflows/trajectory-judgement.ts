/**
 * A page of conversations before their judges (paper §3.1, method §7): all questions about a conversation are one batch,
 * asked side by side. What the replies amount to is decided by the domain, from the bodies; here are only their hashes.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import type { RunId } from '../domain/ids.ts';
import type { JudgeAnswers, JudgedConversation } from '../domain/judgement/answers.ts';
import { askJudge } from './judge-batch.ts';
import { mapWindow } from './sliding-window.ts';

export interface JudgementInput {
  readonly runId: RunId;
  readonly conversations: readonly JudgedConversation[];
  /** Judges asked about each: 1, or 2 to see how far they agree. */
  readonly repeats: number;
  /** Asks per prompt before an unusable reply counts as missing. */
  readonly tries: number;
}

/** Conversations judged side by side. */
const window = 4;
/** One list per conversation, in their order: the answers of each judge. */
export async function trajectoryJudgement(input: JudgementInput): Promise<readonly (readonly JudgeAnswers[])[]> {
  let judged = 0;
  return mapWindow(input.conversations, window, async (conversation) => {
    const judges = Array.from({ length: input.repeats }, (_, judge) => askJudge(conversation, { ...input, judge }));
    const answers = await Promise.all(judges);
    judged += 1;
    setCurrentDetails(`${judged} of ${input.conversations.length} conversations judged`);
    return answers;
  });
}
