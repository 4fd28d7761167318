/**
 * Asking until a reply is usable (method §1.3): each ask is one activity under its own sample number, and the reasons of
 * the last refusal go into the next request. A reply is never repaired by a default.
 */
import type { AskOutcome } from '../activities/llm/contract.ts';
import type { BlobHash, RunId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { type PromptId, promptRoles } from '../domain/prompt/roles.ts';
import { llmQueue } from '../domain/run/task-queues.ts';
import { llmOptions } from './activity-options.ts';
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

/** An asker for one item: sample numbers count up per prompt, and re-opened rounds never meet old answers. */
export function createAsk(context: { runId: RunId; subject: string; round: number }): Ask {
  const samples = new Map<PromptId, number>();
  return async (question) => {
    let feedback = question.feedback ?? [];
    let last: Extract<AskOutcome, { status: 'invalid' }> | undefined;
    for (let attempt = 1; attempt <= question.tries; attempt++) {
      const count = samples.get(question.prompt) ?? 0;
      samples.set(question.prompt, count + 1);
      const outcome = await llm.ask.executeWithOptions(
        {
          ...llmOptions,
          taskQueue: llmQueue(promptRoles[question.prompt]),
          summary: `${question.prompt}${attempt === 1 ? '' : ` (ask ${attempt})`}`,
        },
        [
          {
            runId: context.runId,
            prompt: question.prompt,
            subject: context.subject,
            facts: question.facts,
            params: question.params ?? {},
            sample: context.round * 1_000 + count,
            feedback,
          },
        ],
      );
      if (outcome.status === 'answered') return { status: 'usable', reply: outcome.reply, summary: outcome.summary };
      last = outcome;
      feedback = outcome.problems;
    }
    return { status: 'unusable', rule: last?.rule ?? 'schema_invalid', detail: last?.problems.join('; ').slice(0, 500) ?? '' };
  };
}
