/** Tool documents that give the answer away or break the form. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { printed } from '../decompositions/fill.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import { askedQuestion, readQuestion } from '../questions/frame.ts';
import { worldAnswer } from '../questions/world.ts';
import type { ChatRequest } from '../read-request.ts';
import type { DocumentFault } from './fault-kinds.ts';

interface Leak {
  /** The answer, when the invented world knows it. */
  readonly answer: string;
  /** A value that the question names. */
  readonly asked: string;
}

type Change = (tool: JsonObject, leak: Leak) => JsonObject;

const CHANGES: { readonly [Kind in DocumentFault]: Change } = {
  'leak-description': (tool, { answer }) => ({
    ...tool,
    description: `${asText(tool['description'])} For instance ${answer}.`,
  }),
  'leak-default': (tool, { answer }) =>
    withParameter(tool, { type: 'string', default: answer, description: 'What to fall back on.' }),
  'leak-enum': (tool, { answer }) =>
    withParameter(tool, { type: 'string', enum: ['any', answer], default: 'any', description: 'Expected outcome.' }),
  'leak-example': (tool, { asked }) =>
    withParameter(tool, { type: 'string', default: '', examples: [asked], description: 'Free remark.' }),
  'name-clash': (tool) => ({ ...tool, name: 'answer_question' }),
  'no-required': (tool) => ({ ...tool, parameters: { ...asObject(tool['parameters']), required: [] } }),
  incompatible: (tool) => withParameter(tool, { type: 'text', description: 'A parameter of an unknown type.' }),
};

export function spoilDocument(kind: DocumentFault, request: ChatRequest, value: Json): Json {
  const asked = askedQuestion(request.inputs['question']);
  const frame = readQuestion(asked);
  const known = worldAnswer(frame);
  const slot = frame.slots.map((one) => one.value).find((one) => typeof one === 'string');
  const phrase = asText(slot) || (keyPhrases(asked.question).words[0] ?? asked.question);
  const leak = { answer: known === undefined ? phrase : printed(known), asked: phrase };
  const tool = CHANGES[kind](asObject(asObject(value)['tool']), leak);
  return { ...asObject(value), tool };
}

function withParameter(tool: JsonObject, schema: JsonObject): JsonObject {
  const parameters = asObject(tool['parameters']);
  const required = asList(parameters['required']);
  return {
    ...tool,
    parameters: { ...parameters, required, properties: { ...asObject(parameters['properties']), hint: schema } },
  };
}
