/**
 * The five questions of chain building (method §3.1, §3.3): what each model is shown, and what makes its reply unusable.
 * The planner of the back-translation sees the request and the tools, never the chain it came from.
 */
import type { Json } from '../json.ts';
import { type AnyPromptSpec, bindSpec, type Problem } from '../prompt/spec.ts';
import type { PoolServer, PoolTool } from '../tool-pool/schema.ts';
import { wordsOf } from '../tool-pool/tool-name.ts';
import { orderProblem } from './chain-order.ts';
import { dependencyProblems, judgeDependency } from './dependency.ts';
import * as schema from './schema.ts';
import { toolSlice, toolsAround } from './slices.ts';

const chainProposal = bindSpec({
  id: 'trajectory/chain-proposal',
  role: 'generator',
  facts: schema.ServerFacts,
  params: schema.SliceParams,
  reply: schema.ChainProposalReply,
  inputs: ({ server }, params) => ({ server: headOf(server), tools: toolSlice(server, params).map(toolBlock) }),
  problems: () => [],
  summary: ({ chains }) => ({ chains: chains.length }),
});

const chainDependency = bindSpec({
  id: 'trajectory/chain-dependency',
  role: 'judge',
  facts: schema.ChainFacts,
  params: schema.NoParams,
  reply: schema.ChainDependencyReply,
  inputs: ({ server, chain }) => ({ server: headOf(server), steps: stepsOf(server, chain.tools) }),
  problems: (reply, { server, chain }) =>
    asProblems('dependency_form', dependencyProblems(reply, documentsOf(server, chain.tools))),
  summary: (reply, { chain }) => ({ valid: judgeDependency(reply, chain.tools).valid }),
});

const chainVote = bindSpec({
  id: 'trajectory/chain-vote',
  role: 'judge',
  facts: schema.ChainFacts,
  params: schema.NoParams,
  reply: schema.ChainVoteReply,
  inputs: ({ server, chain }) => ({
    server: headOf(server),
    tools: toolsAround(server, chain.tools).map(toolBlock),
    chain: chain.tools,
  }),
  problems: ({ is_valid, task_description, user_query, task_plan }) => {
    const empty = [task_description, user_query, task_plan].some((text) => text.trim() === '');
    return is_valid && empty
      ? [{ rule: 'schema_invalid', detail: 'a valid chain needs description, query and plan' }]
      : [];
  },
  summary: ({ is_valid }) => ({ valid: is_valid }),
});

const chainQuery = bindSpec({
  id: 'trajectory/chain-query',
  role: 'generator',
  facts: schema.ChainFacts,
  params: schema.NoParams,
  reply: schema.ChainQueryReply,
  inputs: ({ server, chain }) => ({ server: headOf(server), steps: stepsOf(server, chain.tools) }),
  problems: ({ valid, query }, { chain }) => (valid ? queryProblems(query, chain.tools) : []),
  summary: ({ valid }) => ({ valid }),
});

const queryChain = bindSpec({
  id: 'trajectory/query-chain',
  role: 'agent',
  facts: schema.QueryFacts,
  params: schema.NoParams,
  reply: schema.QueryChainReply,
  inputs: ({ server, chain, query }) => ({
    request: query.query,
    tools: toolsAround(server, chain.tools).map(toolBlock),
  }),
  problems: ({ chain: planned }, { server, chain }) => {
    const known = toolsAround(server, chain.tools).map(({ name }) => name);
    const unknown = planned.filter((name) => !known.includes(name));
    return asProblems(
      'unknown_tool',
      unknown.slice(0, 5).map((name) => `there is no tool "${name.slice(0, 80)}"`),
    );
  },
  summary: ({ chain: planned }, { chain }) => ({ same: orderProblem(chain.tools, chain.order, planned) === undefined }),
});

/** All prompts of chain building, for the registry. */
export const chainPrompts: readonly AnyPromptSpec[] = [
  chainProposal,
  chainDependency,
  chainVote,
  chainQuery,
  queryChain,
];

function headOf({ name, title, description, domain }: PoolServer): Json {
  return { name, title, description, domain };
}

function toolBlock({ name, description, parameters, output }: PoolTool): Json {
  // A pool tool was parsed from JSON: its loose fields hold JSON values only.
  const block = { name, description: description.slice(0, 4_000), parameters } as { readonly [key: string]: Json };
  return output === undefined ? block : { ...block, result: output as Json };
}

function documentsOf(server: PoolServer, names: readonly string[]): PoolTool[] {
  return names.map((name) => {
    const tool = server.tools.find((one) => one.name === name);
    if (tool === undefined) throw new RangeError(`${server.name} has no tool "${name}" that its chain names`);
    return tool;
  });
}

function stepsOf(server: PoolServer, names: readonly string[]): Json {
  return documentsOf(server, names).map((tool, index) => ({ step: index + 1, tool: toolBlock(tool) }));
}

/** A request that names its tools asks nothing of the planner. */
function queryProblems(query: string, tools: readonly string[]): Problem[] {
  if (query.trim() === '') return [{ rule: 'schema_invalid', detail: '"query" is empty although "valid" is true' }];
  // A name of one word ("calculate") is a word like any other.
  const named = tools.filter((name) => wordsOf(name).length > 1 && query.includes(name));
  return asProblems(
    'names_tool',
    [...new Set(named)].map((name) => `the query must not name the tool ${name}`),
  );
}

function asProblems(rule: string, details: readonly string[]): Problem[] {
  return details.map((detail) => ({ rule, detail }));
}
