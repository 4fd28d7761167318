/** The tool writers: document, complexity, call, implementation and merge. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { askedQuestion, readQuestion } from '../questions/frame.ts';
import { shownAnswer, toolCase } from '../tools/cases.ts';
import { codeText } from '../tools/code-parts.ts';
import { documentFor, enrichedDocument } from '../tools/documents.ts';
import { fillArguments, toolShape } from '../tools/fill-arguments.ts';
import { implementationFor } from '../tools/implementations.ts';
import type { ReplyContext } from './context.ts';

export function toolDocument({ inputs }: ReplyContext): JsonObject {
  const asked = askedQuestion(inputs['question']);
  const tool = documentFor(readQuestion(asked), asked);
  return { analysis: 'One tool for this need, with the varying parts as parameters.', tool };
}

export function toolComplexity({ inputs }: ReplyContext): JsonObject {
  const asked = askedQuestion(inputs['question']);
  const tool = enrichedDocument(asObject(inputs['tool']), readQuestion(asked));
  return { analysis: 'Optional parameters were added; calls of the old form stay valid.', tool };
}

export function toolCall({ inputs }: ReplyContext): JsonObject {
  const asked = askedQuestion(inputs['question']);
  const tool = toolShape(inputs['tool']);
  const args = fillArguments(tool, asked, readQuestion(asked));
  if (args === undefined) return { analysis: 'The question lacks a value that the tool requires.', call: null };
  return {
    analysis: 'All values come from the question and the known pairs.',
    call: { name: tool.name, arguments: args },
  };
}

export function toolImplementation({ inputs, seed }: ReplyContext): JsonObject {
  const tool = toolShape(inputs['tool']);
  const one = toolCase(tool, askedQuestion(inputs['question']), shownAnswer(inputs['answer']));
  return {
    analysis: 'Arguments are checked first, then the result is derived.',
    code: codeText(implementationFor(tool, [one], seed)),
  };
}

export function mergeImplementation({ inputs, seed }: ReplyContext): JsonObject {
  const tool = toolShape(inputs['tool']);
  const cases = asList(inputs['cases'])
    .map(asObject)
    .map((one) => toolCase(tool, askedQuestion(one['question']), shownAnswer(one['answer'])));
  if (cases.length === 0) return { analysis: 'There is no case to serve.', code: asText(inputs['code']) || 'pass\n' };
  return {
    analysis: 'One implementation whose data serves all cases.',
    code: codeText(implementationFor(tool, cases, seed)),
  };
}
