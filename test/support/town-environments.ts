/** Environments of one question each, whose tools are names only: what a scripted room answers for them. */
import type { Environment } from '../../src/domain/environment/schema.ts';

/** "What is the age of Bel?" and the like; `no` sets entity, template and tool apart from those of other numbers. */
export function townEnvironment(no: number, domain = `domain ${no}`): Environment {
  const gold = { text: String(100 + no), type: 'number', value: 100 + no } as const;
  const name = `get_fact_${no}`;
  const entity = `Entity${no}`;
  const question = `What is fact number ${'x'.repeat(no + 1)} of ${entity}?`;
  return {
    schemaVersion: 1,
    id: `environment-${no}`,
    instanceId: `inst-${no}`,
    question,
    answer: gold,
    language: 'en',
    domain,
    scenario: 'Single-Hop',
    hops: 1,
    nodes: [{ id: 1, subQuestion: question, answer: gold, dependencies: [], tool: `tool-${no}` }],
    tools: [
      {
        id: `tool-${no}`,
        document: {
          name,
          description: `Looks up fact ${no}.`,
          parameters: { type: 'object', properties: { entity: { type: 'string' } }, required: ['entity'] },
        },
        code: `def ${name}(entity):\n    return ${100 + no}\n`,
        cases: [{ nodeId: 1, question, gold, call: { name, arguments: { entity } }, output: String(100 + no) }],
        proof: [],
        mergedFrom: [1],
      },
    ],
    replayHash: 'none',
    score: 1,
  };
}
