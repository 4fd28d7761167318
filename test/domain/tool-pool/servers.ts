/** Servers and tools that tests begin with. */
import type { JsonObject } from '../../../src/domain/json.ts';
import type { PoolServer, PoolTool } from '../../../src/domain/tool-pool/schema.ts';

/** A tool with text parameters, all required; `output` names the text fields of its result. */
export function tool(name: string, parameters: readonly string[] = [], output?: readonly string[]): PoolTool {
  const object = (names: readonly string[]): PoolTool['parameters'] => ({
    type: 'object',
    properties: Object.fromEntries(names.map((one) => [one, { type: 'string' }])),
    required: [...names],
  });
  const described = { name, description: `Does what ${name} says`, parameters: object(parameters) };
  return output === undefined ? described : { ...described, output: object(output) };
}

export function poolServerOf(name: string, tools: readonly PoolTool[], chains: readonly string[][] = []): PoolServer {
  return {
    name,
    title: '',
    description: `The server ${name}`,
    domain: 'testing',
    licence: null,
    origin: 'openai',
    reach: { kind: 'documents' },
    tools: [...tools],
    dropped: [],
    chains: chains.map((chain) => [...chain]),
  };
}

/** A tool as `tools/list` answers it. */
export function listedTool(name: string, description: string, rest: JsonObject = {}): JsonObject {
  return { name, description, inputSchema: { type: 'object', properties: {} }, ...rest };
}
