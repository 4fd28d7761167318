/**
 * The llm activities (method §1.2, §1.3): a question with a reply of a known form, and a turn of an agent with tools.
 * Not covered: asking again after an unusable reply (the workflow), tokens per minute (the endpoint's 429 decides).
 */
import type { ArgumentValidator } from '../../domain/environment/argument-check.ts';
import { wrapActivities } from '../failures.ts';
import { createCashier } from './billable-call.ts';
import type { CallStore, LlmActivities } from './contract.ts';
import { createConverse } from './converse.ts';
import type { ConverseActivities } from './converse-contract.ts';
import type { PromptBook } from './load-prompt.ts';
import { createCallPreparation } from './prepare-call.ts';
import type { RequestDependencies } from './request-answer.ts';
import { createRunInputs } from './run-inputs.ts';
import { settleCall } from './settle-call.ts';

export interface LlmDependencies extends RequestDependencies {
  readonly store: CallStore;
  readonly prompts: PromptBook;
  /** Arguments of an agent's calls against the schemas of its tools. */
  readonly validate: ArgumentValidator;
}

export function createLlmActivities(deps: LlmDependencies): LlmActivities & ConverseActivities {
  const inputs = createRunInputs(deps.store);
  const prepareCall = createCallPreparation(inputs, deps.prompts);
  const whileWanted = createCashier(deps);
  const converse = createConverse({ store: deps.store, inputs, validate: deps.validate });
  return wrapActivities<LlmActivities & ConverseActivities>({
    ask: (request) =>
      whileWanted(request.runId, async (pay) =>
        pay(await prepareCall(request), (paid) => settleCall(deps.store, paid)),
      ),
    converse: (request) => whileWanted(request.runId, (pay) => converse(request, pay)),
  });
}
