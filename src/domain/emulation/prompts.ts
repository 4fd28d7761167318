/**
 * The two questions to the emulator (method §5.3): what results of a tool look like, and what one call answers. It is
 * shown the world and the calls so far, and the user's request only where the coin of the episode says so.
 */
import type { Json, JsonObject } from '../json.ts';
import { type AnyPromptSpec, bindSpec, type Problem } from '../prompt/spec.ts';
import type { PoolServer, PoolTool } from '../tool-pool/schema.ts';
import { emulationProblems, toolOf } from './judge-reply.ts';
import { inferredSchemaProblems, outputSchema } from './output-schema.ts';
import { isReadingTool } from './reading-call.ts';
import * as schema from './schema.ts';

const toolOutput = bindSpec({
  id: 'trajectory/tool-output',
  role: 'emulator',
  facts: schema.ToolOutputFacts,
  params: schema.ToolOutputParams,
  reply: schema.ToolOutputReply,
  inputs: ({ server }, { tool }) => ({
    server: headOf(server),
    tool: toolBlock(toolOf(server, tool)),
    other_tools: server.tools.filter(({ name }) => name !== tool).map(({ name }) => name),
  }),
  problems: (reply) => inferredSchemaProblems(reply).map((detail): Problem => ({ rule: 'schema_invalid', detail })),
  summary: () => ({}),
});

const emulate = bindSpec({
  id: 'trajectory/emulate',
  role: 'emulator',
  facts: schema.EmulateFacts,
  params: schema.NoParams,
  reply: schema.EmulateReply,
  inputs: ({ server, state, request, output }) => {
    const tool = toolOf(server, request.name);
    return {
      server: headOf(server),
      tool: toolBlock(tool),
      only_reads: isReadingTool(tool),
      output_schema: outputSchema(tool, output),
      world: { seed: state.seed, entities: state.entities, deleted: state.deleted, counters: state.counters },
      earlier_calls: state.log.slice(-shownCalls).map(({ request: made, result, isError }) => ({
        tool: made.name,
        arguments: made.arguments,
        result: shortened(result),
        is_error: isError,
      })),
      user_request: state.question,
      call: { tool: request.name, arguments: request.arguments },
    };
  },
  problems: (reply, facts) => emulationProblems(reply, facts),
  summary: (reply) => ({ error: reply.is_error, changes: reply.state_patch.length }),
});

/** Both prompts of emulation, for the registry. */
export const emulationPrompts: readonly AnyPromptSpec[] = [toolOutput, emulate];

/** The world holds what earlier calls did; the calls themselves only show its tone. */
const shownCalls = 12;
const longestResult = 2_000;

function shortened(result: Json): Json {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return text.length <= longestResult ? result : `${text.slice(0, longestResult)} …`;
}

function headOf({ name, title, description, domain }: PoolServer): Json {
  return { name, title, description, domain };
}

function toolBlock({ name, description, parameters }: PoolTool): JsonObject {
  // A pool tool was parsed from JSON: its loose fields hold JSON values only.
  return { name, description: description.slice(0, 4_000), parameters } as { readonly [key: string]: Json };
}
