/**
 * Rules on what is designed before anything is run (ours; after rules 1 and 2 of §8.4): documents that are valid on their
 * own and together, a first state that fits its schema, and nothing that gives an expected answer away.
 */
import type { ArgumentValidator } from '../environment/argument-check.ts';
import { documentProblems } from '../environment/document-rules.ts';
import { leakProblems } from '../environment/leak-rules.ts';
import type { ToolDocument } from '../environment/schema.ts';
import type { JsonObject } from '../json.ts';
import type { StatefulCandidate } from './candidate.ts';
import type { StatefulFinding } from './finding.ts';
import type { DesignReply, StatefulRule } from './schema.ts';

type Design = Omit<DesignReply, 'analysis'>;

/** What is wrong with the documents, each by itself and side by side. */
export function designDocumentProblems(design: Design): string[] {
  const names = design.tools.map((tool) => tool.name);
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return [
    ...twice.map((name) => `two tools are called ${name}`),
    ...design.tools.flatMap((tool) => documentProblems(tool).map((problem) => `${tool.name}: ${problem}`)),
    ...design.tools
      .filter((tool) => Object.keys(tool.returns).length === 0)
      .map((tool) => `${tool.name}: "returns" must name the fields of its result`),
  ];
}

/** What keeps the first state from fitting its schema. */
export function firstStateProblems(design: Design, validate: ArgumentValidator): string[] {
  return validate(stateDocument(design), design.initial_state as JsonObject).map((problem) => `STATE: ${problem}`);
}

/** STATE as something that a validator of arguments can read. */
export function stateDocument(design: Design): ToolDocument {
  return { name: 'STATE', description: '', parameters: design.state_schema };
}

function taskDocument({ task }: Design): ToolDocument {
  return { name: 'task', description: task, parameters: { type: 'object', properties: {} } };
}

/** Findings of the rules document and leak. */
export function designFindings(candidate: StatefulCandidate, validate: ArgumentValidator): StatefulFinding[] {
  const { design, goal } = candidate;
  const asked = { question: design.task, known: [] };
  const leaks = goal.answers.flatMap(({ gold }) => [
    ...design.tools.flatMap((tool) => leakProblems(tool, gold, asked).map((problem) => `${tool.name}: ${problem}`)),
    // Read as a description: an answer that stands in the task needs no call.
    ...leakProblems(taskDocument(design), gold, { question: '', known: [] }).map(() => 'the task holds an answer'),
  ]);
  return [
    ...[...designDocumentProblems(design), ...firstStateProblems(design, validate)].map((detail) =>
      toDesign('document', detail),
    ),
    ...[...new Set(leaks)].map((detail) => toDesign('leak', detail)),
  ];
}

function toDesign(rule: StatefulRule, detail: string): StatefulFinding {
  return { rule, blame: 'design', detail, hint: detail };
}
