/**
 * ASTRA's `mcp_servers.jsonl` and the rows that wrap it (method §2, §3.1), in both layouts. Chains that come along count
 * as given proposals; those that the file marks as faulty are left out, as the original's loader does.
 */
import type { Json, JsonObject } from '../json.ts';
import type { ServerReading } from './read-servers.ts';
import type { AstraServerRow, Reach, ServerSource } from './schema.ts';
import { AstraChain, AstraServerRow as AstraServerRowSchema, AstraWrappedRow } from './schema.ts';

/** One server row, or undefined when it is none. */
export function readAstraRow(value: Json): ServerReading | undefined {
  const wrapped = AstraWrappedRow.safeParse(value);
  const row = wrapped.success ? wrapped.data.mcp_info : AstraServerRowSchema.safeParse(value).data;
  if (row === undefined) return undefined;
  const graph = wrapped.success ? (wrapped.data.graph ?? row.graph) : row.graph;
  const chains = graph?.graph_detect ?? row.graph_detect ?? [];
  return { ok: true, server: toSource(row, chains.flatMap(readChain)) };
}

function toSource(row: AstraServerRow, chains: string[][]): ServerSource {
  const info = row.base_info.group_info;
  const title = text(info.server_title);
  const name = [text(info.server_name), title, text(info.name), text(info.tool_name)].find((one) => one !== '');
  return {
    name: name ?? 'server',
    title,
    description: text(info.server_description),
    domain: text(info.domain) || null,
    licence: text(row.licence) || null,
    origin: 'astra',
    reach: toReach(row.call_info ?? {}),
    tools: row.base_info.tool_list,
    chains,
  };
}

/** A plain or header-carrying address can be called; Smithery's template and a mock cannot: documents remain. */
function toReach(info: Record<string, unknown>): Reach {
  const { url, headers } = info;
  if (typeof url !== 'string' || !URL.canParse(url)) return { kind: 'documents' };
  const entries = Object.entries(headers ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  // Keys in a data file are other people's: without them the server may still answer.
  return {
    kind: 'http',
    url,
    headers: Object.fromEntries(entries.filter(([name]) => !/auth|key|token|cookie/i.test(name))),
  };
}

function readChain(value: unknown): string[][] {
  const parsed = AstraChain.safeParse(value);
  if (!parsed.success) return [];
  const chain = parsed.data;
  if (Array.isArray(chain)) return [chain];
  const fields: JsonObject = chain as JsonObject; // a parsed JSON object
  if (Array.isArray(fields['new_chain'])) {
    const fine =
      fields['error_info'] === undefined || fields['error_info'] === null || String(fields['error_info']) === '1';
    return fine ? [fields['new_chain'] as string[]] : []; // parsed above
  }
  const verdict = fields['tool_graph_detect'];
  const fine = verdict === undefined || verdict === null || verdict === 'yes';
  return fine ? [fields['tool_graph_detect_chain'] as string[]] : []; // parsed above
}

function text(value: string | null | undefined): string {
  return (value ?? '').trim();
}
