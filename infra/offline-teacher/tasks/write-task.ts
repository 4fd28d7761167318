/** The writers of task/plan and task/free: the tools of a chain, or some of a list that need nothing from each other. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { isReference } from '../agent/known-values.ts';
import { readTool, type Tool } from '../agent/tool-facts.ts';
import { pick, type Rng, rngOf } from '../draws.ts';
import { asInteger, asList, asObject, asText } from '../json-text.ts';
import type { ReplyContext } from '../replies/context.ts';
import { requestFor } from './wording.ts';

export function writePlan({ inputs, seed }: ReplyContext): JsonObject {
  const tools = asList(inputs['chain']).map(readTool);
  const names = asList(inputs['tools']).map((tool) => asText(asObject(tool)['name']));
  return task(tools, { names, language: asText(inputs['language']), seed });
}

export function writeFree({ inputs, seed }: ReplyContext): JsonObject {
  const tools = asList(inputs['tools']).map(listedTool);
  const count = asInteger(inputs['tool_count']) ?? 1;
  const names = tools.map(({ name }) => name);
  const chosen = choose(tools, { count, rng: rngOf(`free/${seed}`) });
  return task(chosen, { names, language: asText(inputs['language']), seed });
}

function task(
  tools: readonly Tool[],
  { names, language, seed }: { names: readonly string[]; language: string; seed: string },
): JsonObject {
  return {
    server_analysis: 'People come to this service to have its parts done in one go, with values of their own.',
    target_tools: tools.map(({ name }) => name),
    question: requestFor({ tools, names, language, seed }),
  };
}

/** A list shows what a tool requires, by schema, and no more. */
export function listedTool(value: Json): Tool {
  const tool = asObject(value);
  const properties = asObject(tool['required']);
  return readTool({ ...tool, parameters: { type: 'object', properties, required: Object.keys(properties) } });
}

/** Tools whose values a user can know come first; the rest only when there are not enough of them. */
function choose(tools: readonly Tool[], { count, rng }: { count: number; rng: Rng }): Tool[] {
  const knows = (tool: Tool): boolean => tool.parameters.every((parameter) => !isReference(parameter));
  const lists = [tools.filter(knows), tools.filter((tool) => !knows(tool))];
  const chosen: Tool[] = [];
  for (const list of lists) {
    const left = [...list];
    while (chosen.length < count && left.length > 0) {
      const next = pick(rng, left);
      left.splice(left.indexOf(next), 1);
      chosen.push(next);
    }
  }
  return chosen;
}
