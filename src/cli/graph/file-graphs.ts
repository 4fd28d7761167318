/** Graphs from the chains that a file brings along: no model, no server, no stack. */
import { buildGraph } from '../../domain/graph/build-graph.ts';
import { readGivenChains } from '../../domain/graph/proposals.ts';
import { poolServer } from '../../domain/tool-pool/pool-server.ts';
import { readServers, type ServerReading } from '../../domain/tool-pool/read-servers.ts';
import { fileName } from '../../domain/tool-pool/source.ts';
import { InputError } from '../exit-codes.ts';
import { readRows } from '../rows.ts';
import type { GraphEntry, GraphSet } from './graph-entry.ts';

/** Reads the servers of a file; throws InputError for a file that cannot be read or holds no server. */
export async function fileGraphs(file: string, options: { skipInvalid: boolean; minTools: number }): Promise<GraphSet> {
  const { rows } = await readRows(file, options.skipInvalid);
  const read = readServers(rows, fileName(file));
  const set = { entries: [] as GraphEntry[], left: [] as GraphSet['left'][number][] };
  for (const { row, reading } of read) add(set, { row, reading, minTools: options.minTools });
  if (set.entries.length + set.left.length > 0) return set;
  throw new InputError(
    `${file}: got a file without servers; expected ASTRA rows, tool lists or an mcpServers file. Correct the path.`,
  );
}

function add(
  set: { entries: GraphEntry[]; left: GraphSet['left'][number][] },
  { row, reading, minTools }: { row: number; reading: ServerReading; minTools: number },
): void {
  if (!reading.ok) {
    set.left.push({ name: `row ${row}`, outcome: `rejected:${reading.rule}`, detail: reading.detail });
    return;
  }
  const { server: source } = reading;
  if (source.tools === null) {
    const detail = 'its tools are not in the file: astra graph build starts the server and asks it';
    set.left.push({ name: source.name, outcome: 'not_listed', detail });
    return;
  }
  const pooled = poolServer(source, source.tools, minTools);
  if (pooled.status === 'rejected') {
    set.left.push({ name: source.name, outcome: `rejected:${pooled.rule}`, detail: pooled.detail });
    return;
  }
  const { server } = pooled;
  const known = new Set(server.tools.map((tool) => tool.name));
  const graph = buildGraph(server.tools, readGivenChains(server.chains, known));
  set.entries.push({ id: null, server, graph, chains: [] });
}
