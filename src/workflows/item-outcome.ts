/** How an item's workflow ends: every failure becomes a recorded outcome by class; only cancellation goes up. */
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { isCancellation } from '@temporalio/workflow';
import type { Outcome } from '../domain/run/outcome.ts';
import type { Answer } from './asking.ts';

/** The failed outcome an error stands for; rethrows cancellation. */
export function outcomeOf(error: unknown): Outcome {
  const cause = carriedBy(error);
  if (isCancellation(cause)) throw error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? 'Unknown') : 'Workflow.Failed';
  const message = cause instanceof Error ? cause.message : String(cause);
  return { status: 'failed', class: type, detail: message.slice(0, 500) };
}

/** The failure type of what went wrong, such as "Trainer.StalePolicy"; undefined for anything else than a failure. */
export function failureType(error: unknown): string | undefined {
  const cause = carriedBy(error);
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/** One sentence for people about what went wrong; rethrows cancellation. */
export function failureText(error: unknown): string {
  const outcome = outcomeOf(error);
  return outcome.status === 'failed' ? `${outcome.class}: ${outcome.detail}` : outcome.status;
}

/** What an activity failed with, also when the workflow that ran it failed in turn. */
function carriedBy(error: unknown): unknown {
  const carries = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return carries && error.cause !== undefined ? carriedBy(error.cause) : error;
}

/** An unusable reply: quarantined when it never fitted its schema, else rejected by the rule it broke. */
export function unusable(prompt: string, answer: Extract<Answer, { status: 'unusable' }>): Outcome {
  return answer.rule === 'schema_invalid'
    ? { status: 'quarantined', judge: prompt, detail: answer.detail }
    : { status: 'rejected', rule: answer.rule, detail: answer.detail };
}
