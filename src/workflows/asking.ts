/**
 * Asking until a reply is usable (method §1.3): each ask is one activity under its own sample number, and the reasons of
 * the last refusal go into the next request. A reply is never repaired by a default.
 */
import type { AskOutcome } from '../activities/llm/contract.ts';
import type { BlobHash, RunId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { type PromptId, promptRoles } from '../domain/prompt/roles.ts';
import { llmQueue } from '../domain/run/task-queues.ts';
import { llm } from './resources.ts';

export interface Question {
  readonly prompt: PromptId;
  readonly facts: Readonly<Record<string, BlobHash>>;
  readonly params?: JsonObject;
  readonly tries: number;
  /** Reasons from a proof that failed, for the first ask. */
  readonly feedback?: readonly string[];
}

export type Answer =
  | { readonly status: 'usable'; readonly reply: BlobHash; readonly summary: JsonObject }
  | { readonly status: 'unusable'; readonly rule: string; readonly detail: string };

export type Ask = (question: Question) => Promise<Answer>;

/** More asks than one prompt of an item can take in a round. */
const samplesPerRound = 10_000;

export interface AskContext {
  readonly runId: RunId;
  readonly subject: string;
  /** How often the item was opened again: a later round never meets old answers. */
  readonly round: number;
  /** Samples that belong to work on the item before this. */
  readonly first?: number;
}

/** An asker for one item. */
export function createAsk({ runId, subject, round, first = 0 }: AskContext): Ask {
  // Counted per prompt and params, so that asks running side by side never take each other's numbers.
  const samples = new Map<string, number>();
  const nextSample = (question: Question): number => {
    const key = `${question.prompt} ${JSON.stringify(question.params ?? {})}`;
    const count = samples.get(key) ?? 0;
    samples.set(key, count + 1);
    return round * samplesPerRound + first + count;
  };
  return async (question) => {
    let last: Refused = { rule: 'schema_invalid', problems: [] };
    let feedback = question.feedback ?? [];
    for (let attempt = 1; attempt <= question.tries; attempt++) {
      const sample = nextSample(question);
      const outcome = await askOnce(question, { runId, subject, sample, feedback, attempt });
      if (outcome.status === 'answered') return { status: 'usable', reply: outcome.reply, summary: outcome.summary };
      last = outcome;
      feedback = outcome.problems;
    }
    return { status: 'unusable', rule: last.rule, detail: last.problems.join('; ').slice(0, 500) };
  };
}

type Refused = Pick<Extract<AskOutcome, { status: 'invalid' }>, 'rule' | 'problems'>;

function askOnce(
  question: Question,
  ask: { runId: RunId; subject: string; sample: number; feedback: readonly string[]; attempt: number },
): Promise<AskOutcome> {
  const { runId, subject, sample, feedback, attempt } = ask;
  const { prompt, facts, params = {} } = question;
  const summary = `${nodePrefix(params)}${prompt}${attempt === 1 ? '' : ` (ask ${attempt})`}`;
  return llm.ask.executeWithOptions({ taskQueue: llmQueue(promptRoles[prompt]), summary }, [
    { runId, prompt, subject, facts, params, sample, feedback },
  ]);
}

/** Several sub-questions are worked on in one execution: each line of it says which ones it is for. */
function nodePrefix({ node, nodes }: JsonObject): string {
  const named = [node ?? nodes ?? []].flat();
  return named.length === 0 ? '' : `${named.map((id) => `n${String(id)}`).join('+')} `;
}
