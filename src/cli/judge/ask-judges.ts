/** Pages of conversations through the judgement workflow: durable, paid once, and the same pages are the same executions. */
import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { RunId } from '../../domain/ids.ts';
import type { JudgeAnswers, JudgedConversation } from '../../domain/judgement/answers.ts';
import { taskQueues } from '../../domain/run/task-queues.ts';
import type { JudgementInput } from '../../workflows/trajectory-judgement.ts';

/** Conversations of one execution: two judges and many turns stay within one history. */
const pageSize = 25;
/** Executions in flight. */
const pagesAtOnce = 4;

export interface Judging {
  readonly runId: RunId;
  readonly repeats: number;
  readonly conversations: readonly JudgedConversation[];
  /** Told after each page. */
  readonly onPage: (judged: number) => void;
}

/** The answers of all judges per conversation, in order; an execution that is there already is waited for, not repeated. */
export async function askJudges(client: Client, judging: Judging): Promise<readonly (readonly JudgeAnswers[])[]> {
  const { runId, repeats, conversations, onPage } = judging;
  const pages = Array.from({ length: Math.ceil(conversations.length / pageSize) }, (_, page) =>
    conversations.slice(page * pageSize, (page + 1) * pageSize),
  );
  const results: (readonly (readonly JudgeAnswers[])[])[] = [];
  let [next, judged] = [0, 0];
  const lane = async (): Promise<void> => {
    for (let page = next++; page < pages.length; page = next++) {
      const list = pages[page] ?? [];
      const input: JudgementInput = { runId, repeats, conversations: list, tries: 3 };
      results[page] = await judgePage(client, { input, page });
      onPage((judged += list.length));
    }
  };
  await Promise.all(Array.from({ length: pagesAtOnce }, lane));
  return results.flat();
}

async function judgePage(
  client: Client,
  { input, page }: { readonly input: JudgementInput; readonly page: number },
): Promise<readonly (readonly JudgeAnswers[])[]> {
  const { WorkflowExecutionAlreadyStartedError } = await import('@temporalio/client');
  const workflowId = `astra/${input.runId}/judge/p${String(page).padStart(3, '0')}`;
  const run = defineSearchAttributeKey('AstraRun', SearchAttributeType.KEYWORD);
  try {
    await client.workflow.start('trajectoryJudgement', {
      workflowId,
      taskQueue: taskQueues.workflows,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: new TypedSearchAttributes([{ key: run, value: input.runId }]),
      staticSummary: `judges of ${input.conversations.length} conversations`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  // What the workflow returns is its own type, in JSON both ways.
  return client.workflow.getHandle(workflowId).result() as Promise<readonly (readonly JudgeAnswers[])[]>;
}
