/**
 * ASTRA's own files of chain building (method §2, §3): servers, sub-chains and verified chains. What the original's fields
 * cannot say (how a child server is started) stands under `features`; only chains that passed are written.
 */
import type { OperatorResult } from '../graph/judge-chain.ts';
import type { StoredGraph } from '../graph/schema.ts';
import type { Json, JsonObject } from '../json.ts';
import type { PoolServer, PoolTool, Reach } from '../tool-pool/schema.ts';

/** A row of `mcp_servers.jsonl`. */
export function astraServerRow(server: PoolServer): JsonObject {
  const { name, title, description, domain, tools, reach, licence } = server;
  const group_info = { server_title: title || name, server_name: name, server_description: description, domain };
  const call = callInfo(reach);
  return {
    base_info: { group_info, tool_list: tools.map(toolRow) },
    ...(call === undefined ? {} : { call_info: call }),
    ...(licence === null ? {} : { licence }),
    features: reach.kind === 'stdio' ? { command: reach.command, args: reach.args, env: reach.env } : {},
  };
}

/** A row of `3_sub_chains.jsonl`: one server with all chains walked over its graph. */
export function astraSubChainsRow(
  server: PoolServer,
  graph: StoredGraph,
  chains: readonly (readonly string[])[],
): JsonObject {
  return { mcp_info: astraServerRow(server), graph: graphFields(graph, chains) };
}

/** A row of `4_verified_output.jsonl`: one chain with the results of its operators, by their names. */
export function astraChainRow(
  server: PoolServer,
  graph: StoredGraph,
  chain: { readonly tools: readonly string[]; readonly results: readonly OperatorResult[]; readonly replies: Json },
): JsonObject {
  const results = chain.results.map(({ operator, verdict, detail }) => [operator, { verdict, detail }] as const);
  const operator_results = { ...Object.fromEntries(results), replies: chain.replies };
  return {
    mcp_info: astraServerRow(server),
    graph: graphFields(graph, [chain.tools]),
    chain_info: { sub_chain: chain.tools, operator_results },
  };
}

/** The graph as the original's rows carry it: chains that were proposed, and those that are meant. */
export function graphFields({ proposals }: StoredGraph, chains: readonly (readonly string[])[]): JsonObject {
  const proposed = proposals.filter(({ sure }) => sure).map(({ tools }) => tools);
  return { graph_detect: proposed, num_chains: proposed.length, raw_response: '', sub_chains: chains };
}

function toolRow({ name, description, parameters, output }: PoolTool): JsonObject {
  // A pool tool was parsed from JSON: its loose fields hold JSON values only.
  const row = { name, description, parameters: parameters as Json };
  return output === undefined ? row : { ...row, outputSchema: output as Json };
}

/** The original knows addresses and mocks; a server that is started has neither. */
function callInfo(reach: Reach): JsonObject | undefined {
  if (reach.kind === 'http') return { url: reach.url, headers: reach.headers };
  return reach.kind === 'documents' ? { mock_tool: true } : undefined;
}
