/** Bad work of chain building: names that no tool has, steps out of order, sources that do not exist, wrong plans. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { asList, asObject, asText } from '../json-text.ts';
import type { ChatRequest } from '../read-request.ts';
import type { ChainFault, PlanFault, SourceFault } from './fault-kinds.ts';

const GHOST = 'open_the_pod_bay_doors';

/** Proposals: the first chain of a reply is spoiled, the others stay good. */
export function spoilProposals(kind: ChainFault, value: Json): Json {
  const [first, ...others] = asList(asObject(value)['chains']);
  const chain = asObject(first);
  const tools = asList(chain['tools']).map(asText);
  const spoiled: JsonObject = {
    'ghost-tool': { ...chain, verdict: 'yes', tools: [...tools.slice(0, 1), GHOST, ...tools.slice(1)] },
    'repeated-tool': { ...chain, verdict: 'yes', tools: [...tools, ...tools.toReversed()] },
    'single-tool': { ...chain, verdict: 'yes', tools: tools.slice(0, 1) },
    'chain-as-text': { chain: tools.join(' -> ') },
  }[kind];
  return { chains: [spoiled, ...others] };
}

/** Sources of arguments: a gap, a later step, or a step that hangs apart. */
export function spoilSources(kind: SourceFault, value: Json): Json {
  const steps = asList(asObject(value)['steps']).map(asObject);
  const last = steps.length;
  const spoil: { readonly [Kind in SourceFault]: (step: JsonObject, at: number) => JsonObject } = {
    'unknown-source': (step, at) => (at === last - 1 ? { ...step, arguments: gaps(step) } : step),
    'later-source': (step, at) => (at === 0 ? { ...step, needs: [last] } : step),
    'apart-step': (step) => ({ ...step, needs: [], arguments: asList(step['arguments']).map(fromUser) }),
  };
  return { ...asObject(value), steps: steps.map(spoil[kind]) };
}

function gaps(step: JsonObject): Json {
  const given = asList(step['arguments']).map(asObject);
  const open = given.length > 0 ? given : [{ name: 'session_key' }];
  return open.map(({ name }) => ({ name: name ?? '', source: 'unknown', from_step: null, field: null }));
}

function fromUser(argument: Json): Json {
  return { name: asObject(argument)['name'] ?? '', source: 'user', from_step: null, field: null };
}

/** Plans: another order, one call too many, or none of the right ones. */
export function spoilPlan(kind: PlanFault, request: ChatRequest, value: Json): Json {
  const chain = asList(asObject(value)['chain']).map(asText);
  const others = asList(request.inputs['tools'])
    .map((tool) => asText(asObject(tool)['name']))
    .filter((name) => !chain.includes(name));
  const spoiled = {
    'reversed-plan': chain.toReversed(),
    'longer-plan': [...chain, ...(others.length > 0 ? others.slice(0, 1) : chain.slice(0, 1))],
    'ghost-plan': [...chain, GHOST],
  }[kind];
  return { ...asObject(value), chain: spoiled };
}
