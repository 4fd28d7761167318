/**
 * Any file of tools → servers (method §2, sources): MCP hosts' files, ASTRA's rows, OpenAI tool lists and recorded
 * `tools/list` results, told apart by content. A row that is none of them is named with its number; nothing is guessed.
 */
import type { Json, JsonObject } from '../json.ts';
import { readAstraRow } from './read-astra-row.ts';
import { readMcpFile } from './read-mcp-file.ts';
import type { ServerSource } from './schema.ts';
import { AnyTool, ToolListRow } from './schema.ts';

export type ServerReading =
  | { readonly ok: true; readonly server: ServerSource }
  | { readonly ok: false; readonly rule: RowRule; readonly detail: string };

/** Why an entry of a file is no server of the run. */
export type RowRule = 'row_invalid' | 'secret_in_file' | 'evaluation_only';

export interface ReadRow {
  /** 1-based; entries of one document share its row. */
  readonly row: number;
  readonly reading: ServerReading;
}

/** All servers of a file's rows, in file order; bare tools together are one server under the given name. */
export function readServers(rows: readonly Json[], fileName: string): ReadRow[] {
  const bare = rows.filter(isTool);
  const servers = rows.flatMap((value, index): ReadRow[] => {
    if (bare.length > 0 && isTool(value)) return [];
    return readRow(value, fileName).map((reading) => ({ row: index + 1, reading }));
  });
  if (bare.length === 0) return servers;
  const row = rows.findIndex(isTool) + 1;
  const list: ReadRow = { row, reading: { ok: true, server: listed({ name: fileName }, bare) } };
  return [...servers, list].sort((a, b) => a.row - b.row);
}

function readRow(value: Json, fileName: string): ServerReading[] {
  const entries = readMcpFile(value);
  if (entries !== undefined) return entries;
  const astra = readAstraRow(value);
  if (astra !== undefined) return [astra];
  const list = ToolListRow.safeParse(value);
  if (list.success) {
    const { tools, name, server, ...rest } = list.data;
    return [{ ok: true, server: listed({ ...rest, name: server ?? name ?? fileName }, tools) }];
  }
  const expected = '{"mcpServers": {…}}, {"base_info": {…}}, {"tools": […]} or one tool';
  const got =
    typeof value === 'object' && value !== null
      ? `keys ${Object.keys(value).slice(0, 8).join(', ')}`
      : JSON.stringify(value);
  return [{ ok: false, rule: 'row_invalid', detail: `expected ${expected}, got ${got.slice(0, 120)}` }];
}

interface ListHead {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly domain?: string | undefined;
  readonly licence?: string | undefined;
}

function listed(head: ListHead, tools: readonly unknown[]): ServerSource {
  const { name, title = '', description = '', domain = null, licence = null } = head;
  const rest = { origin: 'openai', reach: { kind: 'documents' }, chains: [] } as const;
  // Read from JSON: its values are JSON.
  return { name, title, description, domain, licence, ...rest, chains: [], tools: tools as ServerSource['tools'] };
}

/** A tool by itself, in OpenAI's spelling or with the schema of `tools/list`. */
function isTool(value: Json): boolean {
  const fields = value as JsonObject | null;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return false;
  const marked = fields['type'] === 'function' || 'inputSchema' in fields || 'parameters' in fields;
  return marked && AnyTool.safeParse(value).success;
}
