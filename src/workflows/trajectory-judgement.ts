/**
 * A page of conversations before their judges (paper §3.1, method §7): all questions about a conversation are one batch,
 * asked side by side. What the replies amount to is decided by the domain, from the bodies; here are only their hashes.
 */
import { setCurrentDetails } from '@temporalio/workflow';
import type { BlobHash, RunId } from '../domain/ids.ts';
import type { PromptId } from '../domain/prompt/roles.ts';
import { type Answer, type Ask, createAsk } from './asking.ts';
import { outcomeOf } from './item-outcome.ts';
import { mapWindow } from './sliding-window.ts';

export interface JudgementInput {
  readonly runId: RunId;
  readonly conversations: readonly JudgedConversation[];
  /** Judges asked about each: 1, or 2 to see how far they agree. */
  readonly repeats: number;
  /** Asks per prompt before an unusable reply counts as missing. */
  readonly tries: number;
}

export interface JudgedConversation {
  /** Content id of the conversation; kept in the call records. */
  readonly subject: string;
  readonly body: BlobHash;
  /** False: nobody is asked about calls. */
  readonly hasCalls: boolean;
  /** Turns that read results while the work went on. */
  readonly steps: readonly number[];
}

/** What one judge said; null where it gave nothing usable. */
export interface JudgeAnswers {
  readonly query: BlobHash | null;
  readonly calls: BlobHash | null;
  readonly answer: BlobHash | null;
  readonly steps: readonly { readonly turn: number; readonly reply: BlobHash | null }[];
  /** Why a reply is missing, by prompt. */
  readonly lacking: readonly Lack[];
}

export interface Lack {
  readonly prompt: string;
  /** Class of the failure; null for a reply that never became usable. */
  readonly failure: string | null;
  readonly detail: string;
}

/** Conversations judged side by side. */
const window = 4;
/** More asks than one judge can take for one prompt, so that the second never meets the answers of the first. */
const samplesPerJudge = 100;

/** One list per conversation, in their order: the answers of each judge. */
export async function trajectoryJudgement(input: JudgementInput): Promise<readonly (readonly JudgeAnswers[])[]> {
  let judged = 0;
  return mapWindow(input.conversations, window, async (conversation) => {
    const judges = Array.from({ length: input.repeats }, (_, judge) => askJudge(input, conversation, judge));
    const answers = await Promise.all(judges);
    judged += 1;
    setCurrentDetails(`${judged} of ${input.conversations.length} conversations judged`);
    return answers;
  });
}

/** §7.1: the batch of one judge. */
async function askJudge(input: JudgementInput, conversation: JudgedConversation, judge: number): Promise<JudgeAnswers> {
  const { runId, tries } = input;
  const { subject, body, hasCalls, steps } = conversation;
  const ask = createAsk({ runId, subject, round: 0, first: judge * samplesPerJudge });
  const lacking: Lack[] = [];
  const put = async (prompt: PromptId, params = {}): Promise<BlobHash | null> => {
    const answer = await tryAsk(ask, { prompt, facts: { trajectory: body }, params, tries });
    if (answer.status === 'usable') return answer.reply;
    lacking.push({ prompt, failure: answer.failure, detail: answer.detail });
    return null;
  };
  const [query, calls, answer, stepReplies] = await Promise.all([
    put('trajectory/judge-query'),
    hasCalls ? put('trajectory/judge-calls') : null,
    put('trajectory/judge-answer'),
    Promise.all(steps.map(async (turn) => ({ turn, reply: await put('trajectory/judge-step', { turn }) }))),
  ]);
  return { query, calls, answer, steps: stepReplies, lacking };
}

type Tried =
  | Extract<Answer, { status: 'usable' }>
  | { readonly status: 'missing'; readonly failure: string | null; readonly detail: string };

/** A failure costs one reply, not the page; cancellation goes up. */
async function tryAsk(ask: Ask, question: Parameters<Ask>[0]): Promise<Tried> {
  try {
    const answer = await ask(question);
    if (answer.status === 'usable') return answer;
    return { status: 'missing', failure: null, detail: `${answer.rule}: ${answer.detail}` };
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.status !== 'failed') throw error;
    return { status: 'missing', failure: outcome.class, detail: outcome.detail };
  }
}
