/**
 * The questions of one judge about one conversation (method §7.1), asked side by side. A question without a usable reply
 * leaves a gap with its reason, never a score.
 */
import type { BlobHash, RunId } from '../domain/ids.ts';
import type { JudgeAnswers, JudgedConversation, Lack } from '../domain/judgement/answers.ts';
import type { PromptId } from '../domain/prompt/roles.ts';
import { type Answer, type Ask, createAsk } from './asking.ts';
import { outcomeOf } from './item-outcome.ts';

interface JudgeContext {
  readonly runId: RunId;
  /** Which of several judges: 0 for the one that decides. */
  readonly judge: number;
  /** How often the conversation was opened again. */
  readonly round?: number;
  /** Asks per prompt before an unusable reply counts as missing. */
  readonly tries: number;
}

/** More asks than one judge can take for one prompt, so that the second never meets the answers of the first. */
const samplesPerJudge = 100;

/** §7.1: the batch of one judge. */
export async function askJudge(
  { subject, body, hasCalls, steps }: JudgedConversation,
  { runId, judge, round = 0, tries }: JudgeContext,
): Promise<JudgeAnswers> {
  const ask = createAsk({ runId, subject, round, first: judge * samplesPerJudge });
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
