/**
 * What an agent reads of a call that no tool was asked for (method §5.2, §5.3): the short messages that hosts of tools
 * write, never a trace. The original answers with a whole Python traceback, or lets wrong types "succeed".
 */
import type { CallProblem } from '../episode/schema.ts';
import type { Observation } from './schema.ts';

const longestDetail = 400;

/** `detail` says what is wrong with the arguments, one sentence; unused for an unknown tool. */
export function refusalObservation(
  problem: CallProblem,
  { tool, detail }: { tool: string; detail: string },
): Observation {
  return {
    status: 'error',
    text: words(problem, tool, detail.trim().slice(0, longestDetail)),
    recognisedBy: 'schema',
    structured: null,
    notes: [],
  };
}

function words(problem: CallProblem, tool: string, detail: string): string {
  const because = detail === '' ? '' : `: ${detail}`;
  switch (problem) {
    case 'unknown_tool':
      return `Error: tool "${tool}" not found`;
    case 'arguments_unreadable':
      return `Error: the arguments of ${tool} are not a valid JSON object${because}`;
    case 'arguments_invalid':
      return `Error: invalid arguments for ${tool}${because}`;
  }
}
