/**
 * What training asks of an environment of either kind (ours; method §10.1): what the policy is asked, which tools are its
 * own, and whether a last message tells the answer.
 */
import { matchesGoldText } from '../answer/checker.ts';
import type { ToolDocument } from '../environment/schema.ts';
import type { StatefulEnvironment } from '../stateful/schema.ts';
import type { TaskEnvironment } from './schema.ts';

/** True for an environment whose tools share one STATE. */
export function isStateful(environment: TaskEnvironment): environment is StatefulEnvironment {
  return 'task' in environment;
}

/** The user's message. */
export function questionOf(environment: TaskEnvironment): string {
  return isStateful(environment) ? environment.task : environment.question;
}

/** Documents of the tools in scope. */
export function documentsOf(environment: TaskEnvironment): readonly ToolDocument[] {
  return isStateful(environment) ? environment.documents : environment.tools.map(({ document }) => document);
}

/** Whether the text holds everything that the user wants to hear; a task that ends without an answer needs a word only. */
export function tellsAnswer(environment: TaskEnvironment, text: string): boolean {
  const golds = isStateful(environment) ? environment.answers.map(({ gold }) => gold) : [environment.answer];
  return text !== '' && golds.every((gold) => matchesGoldText(gold, text));
}

/** Texts that no irrelevant tool may give: they are answers of the task. */
export function answerTexts(environment: TaskEnvironment): readonly string[] {
  return isStateful(environment)
    ? environment.answers.map(({ gold }) => gold.text)
    : environment.tools.flatMap(({ cases }) => cases.map(({ gold }) => gold.text));
}
