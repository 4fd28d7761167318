/** A small instance and proven tools for it, for tests of what happens after the proof. */
import type { Instance, InstanceNode } from '../../src/domain/decomposition/schema.ts';
import { toolId } from '../../src/domain/environment/assemble.ts';
import type { ProvenTool, ToolCall } from '../../src/domain/environment/schema.ts';
import { goldOf, populationCode, populationDocument } from './python-tools.ts';

function node(id: number, [subQuestion, answer]: readonly [string, string], dependencies: number[] = []): InstanceNode {
  return {
    id,
    subQuestion,
    answer: goldOf(answer),
    dependencies,
    hopLevel: dependencies.length === 0 ? 1 : 2,
    isParallel: true,
  };
}

/** Two look-ups side by side, and a comparison that rests on both. */
export const cities: Instance = {
  schemaVersion: 1,
  id: 'inst-cities',
  question: 'How many more people live in Paris than in Lyon?',
  answer: goldOf('1580400'),
  language: 'en',
  domain: 'cities',
  nodes: [
    node(1, ['How many people live in Paris?', '2102650']),
    node(2, ['How many people live in Lyon?', '522250']),
    node(3, ['How much larger is the first number than the second?', '1580400'], [1, 2]),
  ],
  hops: 2,
  scenario: 'Parallel Multi-Hop',
  differingClaims: {},
  source: { mode: 'list', questionId: 'question-1', sourceId: 'row-7', licence: 'CC0-1.0', provenance: {} },
};

/** A proven tool that answers one node; by default the look-up tool with its own code. */
export function proven(nodeId: number, args: ToolCall['arguments'], changes: Partial<ProvenTool> = {}): ProvenTool {
  const { document = populationDocument, code = populationCode } = changes;
  const own = cities.nodes[nodeId - 1];
  if (own === undefined) throw new RangeError(`no node ${nodeId}`);
  const call = { name: document.name, arguments: { ...args } };
  const cases = [{ nodeId, question: own.subQuestion, gold: own.answer, call, output: `{"count":${own.answer.text}}` }];
  return { id: toolId({ document, code }), document, code, cases, proof: [], mergedFrom: [nodeId], ...changes };
}

/** The tool of the comparison. */
export const difference: ProvenTool = proven(
  3,
  { first: 2102650, second: 522250 },
  {
    document: {
      name: 'subtract',
      description: 'Subtracts the second number from the first.',
      parameters: {
        type: 'object',
        properties: { first: { type: 'integer' }, second: { type: 'integer' } },
        required: ['first', 'second'],
      },
    },
    code: `
def subtract(first, second):
    for value in (first, second):
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError("both values must be integers")
    return {"difference": first - second}
`,
  },
);
