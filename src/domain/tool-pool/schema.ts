/**
 * Shapes of the tool pool (method §2): a server as a file names it, its tools as they were listed, and the server as it
 * stands in the pool. ASTRA's rows, MCP listings and OpenAI tool lists all end in these.
 */
import { z } from 'zod';

const Text = z.string().trim().min(1);
const JsonMap = z.record(z.string(), z.json());

/** What a stateful server finds in its scratch folder before it starts; paths are relative to that folder. */
export const StateSeed = z.strictObject({
  folders: z.array(Text).default([]),
  /** Text of each file. */
  files: z.record(z.string(), z.string()).default({}),
  /** Folders that become git repositories with one commit. */
  repositories: z.array(Text).default([]),
});
export type StateSeed = z.infer<typeof StateSeed>;

/** How calls reach a server. `${STATE}` stands for its scratch folder, `${NAME}` for a variable of the worker. */
export const Reach = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stdio'),
    command: Text,
    args: z.array(z.string()),
    env: z.record(z.string(), z.string()),
    state: StateSeed,
  }),
  z.strictObject({ kind: z.literal('http'), url: z.url(), headers: z.record(z.string(), z.string()) }),
  /** Only documents exist: an emulator answers. */
  z.strictObject({ kind: z.literal('documents') }),
]);
export type Reach = z.infer<typeof Reach>;

/** One server as a file gives it, before anything was filtered; the body of a planned server. */
export const ServerSource = z.strictObject({
  name: Text,
  title: z.string(),
  description: z.string(),
  /** Null: the file names none. */
  domain: Text.nullable(),
  licence: Text.nullable(),
  origin: z.enum(['mcp', 'astra', 'openai']),
  reach: Reach,
  /** The tools as they stand in the file; null: the server has to be asked for them. */
  tools: z.array(z.json()).nullable(),
  /** Dependency chains that the file brings along. */
  chains: z.array(z.array(z.string())),
});
export type ServerSource = z.infer<typeof ServerSource>;

/** A tool as an agent sees it. `parameters` is a JSON Schema of type object. */
export const PoolTool = z.strictObject({
  name: Text,
  description: z.string(),
  parameters: JsonMap,
  /** Schema of structured results, where the server declares one. */
  output: JsonMap.optional(),
});
export type PoolTool = z.infer<typeof PoolTool>;

/** Why a tool is not in the pool. */
export const ToolRule = z.enum([
  'tool_unreadable',
  'name_invalid',
  'name_ambiguous',
  'duplicate_tool',
  'description_missing',
  'description_vague',
  'schema_unmappable',
  'schema_too_large',
]);
export type ToolRule = z.infer<typeof ToolRule>;

export const DroppedTool = z.strictObject({ name: z.string(), rule: ToolRule, detail: z.string() });
export type DroppedTool = z.infer<typeof DroppedTool>;

/** A server as it stands in the pool; its hash is what every later step rests on. */
export const PoolServer = z.strictObject({
  name: Text,
  title: z.string(),
  description: z.string(),
  domain: Text,
  licence: Text.nullable(),
  origin: z.enum(['mcp', 'astra', 'openai']),
  reach: Reach,
  tools: z.array(PoolTool),
  dropped: z.array(DroppedTool),
  chains: z.array(z.array(z.string())),
});
export type PoolServer = z.infer<typeof PoolServer>;

/** What the files of MCP hosts hold; keys that begin with "x-" are notes, `x-astra` is ours. */
const Notes = z.strictObject({
  domain: Text.optional(),
  licence: Text.optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  state: StateSeed.optional(),
  /** Held out: never synthesised from. */
  evaluationOnly: z.boolean().default(false),
});
export const McpEntry = z.union([
  z.looseObject({
    command: Text,
    args: z.array(z.string()).default([]),
    env: z.record(z.string(), z.string()).default({}),
    'x-astra': Notes.optional(),
  }),
  z.looseObject({
    url: z.url(),
    headers: z.record(z.string(), z.string()).default({}),
    'x-astra': Notes.optional(),
  }),
]);
export type McpEntry = z.infer<typeof McpEntry>;

export const McpFile = z.looseObject({ mcpServers: z.record(z.string(), z.json()) });

const GroupInfo = z.looseObject({
  server_title: z.string().nullish(),
  server_name: z.string().nullish(),
  server_description: z.string().nullish(),
  domain: z.string().nullish(),
  tool_name: z.string().nullish(),
  name: z.string().nullish(),
});
const BaseInfo = z.looseObject({ group_info: GroupInfo, tool_list: z.array(z.json()) });
const Graph = z.looseObject({ graph_detect: z.array(z.json()).nullish() });

/** ASTRA's row in both layouts: `base_info` at the top, or wrapped as `mcp_info`. */
export const AstraServerRow = z.looseObject({
  base_info: BaseInfo,
  call_info: z.record(z.string(), z.json()).nullish(),
  licence: z.string().nullish(),
  graph: Graph.nullish(),
  graph_detect: z.array(z.json()).nullish(),
});
export type AstraServerRow = z.infer<typeof AstraServerRow>;
export const AstraWrappedRow = z.looseObject({ mcp_info: AstraServerRow, graph: Graph.nullish() });

/** A chain as ASTRA's files carry it: names, or an object with them. */
export const AstraChain = z.union([
  z.array(z.string()),
  z.looseObject({ new_chain: z.array(z.string()), error_info: z.union([z.string(), z.number()]).nullish() }),
  z.looseObject({ tool_graph_detect_chain: z.array(z.string()), tool_graph_detect: z.string().nullish() }),
]);

/** A list of tools under a server's name: OpenAI functions, or what `tools/list` answers. */
export const ToolListRow = z.looseObject({
  tools: z.array(z.json()),
  name: z.string().optional(),
  server: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  domain: z.string().optional(),
  licence: z.string().optional(),
});

const FunctionTool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), description: z.string().nullish(), parameters: z.json().optional() }),
});
const ListedTool = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  inputSchema: z.json().optional(),
  parameters: z.json().optional(),
  outputSchema: z.json().optional(),
});

/** One tool in any of the three spellings. */
export const AnyTool = z.union([FunctionTool, ListedTool]);
export type AnyTool = z.infer<typeof AnyTool>;

/** Tells OpenAI's spelling from the others. */
export function isFunctionTool(tool: AnyTool): tool is z.infer<typeof FunctionTool> {
  return FunctionTool.safeParse(tool).success;
}
