/** A request with tools: what the agent says and which calls it makes. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { fillCall } from '../agent/arguments.ts';
import { nextTurn } from '../agent/next-turn.ts';
import { plausibleValue } from '../agent/plausible.ts';
import { partsOf } from '../agent/request-text.ts';
import { readTool } from '../agent/tool-facts.ts';
import { digest, rngOf } from '../draws.ts';
import { asObject, asText } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import { sentence } from './sentence.ts';

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  /** JSON text as it goes over the wire. */
  readonly written: string;
}

export interface AgentTurn {
  /** Empty beside calls. */
  readonly text: string;
  readonly calls: readonly ToolUse[];
}

/** The next turn; `tool_choice` is obeyed. */
export function agentTurn(request: ChatRequest, seed: string): AgentTurn {
  const choice = request.body['tool_choice'];
  if (choice === 'none') return { text: sentence(request, seed), calls: [] };
  const turn = nextTurn(request);
  if (turn.kind === 'calls')
    return { text: '', calls: turn.calls.map(({ name, args }, at) => toolUse(name, args, `${seed}/${at}`)) };
  const named = asText(asObject(asObject(choice)['function'])['name']);
  if (choice !== 'required' && named === '') return { text: turn.text, calls: [] };
  return { text: '', calls: [forced(request, named, seed)] };
}

export function toolUse(name: string, args: JsonObject, seed: string): ToolUse {
  return { id: `call_${digest(seed).slice(0, 20)}`, name, written: JSON.stringify(args) };
}

/** A call that the request insists on, with whatever values can be had. */
function forced(request: ChatRequest, named: string, seed: string): ToolUse {
  const tools = request.tools.map(readTool);
  const tool = tools.find(({ name }) => name === named) ?? tools[0];
  if (tool === undefined) throw new RangeError('a call is wanted of a request without tools');
  const [part] = partsOf(request.lastUser);
  const rng = rngOf(`forced/${seed}`);
  const { args, missing } = fillCall(tool, { part, others: [], answers: [], known: [], rng });
  const made = missing.map((parameter) => [parameter.name, plausibleValue(parameter, tool, rng)] as const);
  return toolUse(tool.name, { ...args, ...Object.fromEntries(made) }, seed);
}
