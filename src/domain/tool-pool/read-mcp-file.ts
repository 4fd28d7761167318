/**
 * The file of an MCP host, `{"mcpServers": {…}}` (method §2, sources; ours): each entry says how its server is started or
 * reached. Secrets are named, never written down: the value of a variable that sounds like one must be `${NAME}`.
 */
import type { Json } from '../json.ts';
import type { ServerReading } from './read-servers.ts';
import type { McpEntry, Reach, ServerSource } from './schema.ts';
import { McpEntry as McpEntrySchema, McpFile } from './schema.ts';

const secretName = /(^|[-_])(api[-_]?key|key|secret|password|passwd|token|credentials?|authorization|cookie)$/i;

/** The servers of such a document, in file order, or undefined when it is none. */
export function readMcpFile(value: Json): ServerReading[] | undefined {
  const parsed = McpFile.safeParse(value);
  if (!parsed.success) return undefined;
  return Object.entries(parsed.data.mcpServers).map(([name, entry]) => readEntry(name, entry));
}

function readEntry(name: string, value: unknown): ServerReading {
  const parsed = McpEntrySchema.safeParse(value);
  if (!parsed.success) {
    const detail = `${name}: expected {"command", "args"?, "env"?} or {"url", "headers"?}, got ${JSON.stringify(value).slice(0, 120)}`;
    return { ok: false, rule: 'row_invalid', detail };
  }
  const entry = parsed.data;
  const secret = secretIn(entry);
  if (secret !== undefined) {
    const detail = `${name}: ${secret} holds what looks like a secret: write "\${NAME}" and set NAME in the environment`;
    return { ok: false, rule: 'secret_in_file', detail };
  }
  if (entry['x-astra']?.evaluationOnly === true) {
    return { ok: false, rule: 'evaluation_only', detail: `${name} is held out for evaluation` };
  }
  return { ok: true, server: toSource(name, entry) };
}

function toSource(name: string, entry: McpEntry): ServerSource {
  const notes = entry['x-astra'];
  return {
    name,
    title: notes?.title ?? '',
    description: notes?.description ?? '',
    domain: notes?.domain ?? null,
    licence: notes?.licence ?? null,
    origin: 'mcp',
    reach: toReach(entry),
    tools: null,
    chains: [],
  };
}

function toReach(entry: McpEntry): Reach {
  if (isRemote(entry)) return { kind: 'http', url: entry.url, headers: entry.headers };
  const { command, args, env } = entry;
  const state = entry['x-astra']?.state ?? { folders: [], files: {}, repositories: [] };
  return { kind: 'stdio', command, args, env, state };
}

function isRemote(entry: McpEntry): entry is Extract<McpEntry, { url: string }> {
  return typeof entry['url'] === 'string';
}

/** Name of the first variable or header that holds a secret in plain text. */
function secretIn(entry: McpEntry): string | undefined {
  const values = isRemote(entry) ? entry.headers : entry.env;
  return Object.entries(values).find(
    ([name, value]) => secretName.test(name) && value !== '' && !/\$\{\w+\}/.test(value),
  )?.[0];
}
