/** Graph and walks of a generated pool in one process, as JSON on stdout: seconds, memory, and the hash of every chain. */
import { createHash } from 'node:crypto';
import { buildGraph } from '../../src/domain/graph/build-graph.ts';
import { readGivenChains } from '../../src/domain/graph/proposals.ts';
import { sampleChains } from '../../src/domain/graph/sample-chains.ts';
import { canonicalJson } from '../../src/domain/ids.ts';
import type { Json } from '../../src/domain/json.ts';
import { generatedPool } from './generated-pool.ts';

const [servers, tools, walks] = process.argv.slice(2).map(Number);
if (servers === undefined || tools === undefined || walks === undefined) {
  throw new Error('usage: one-pass.ts SERVERS TOOLS WALKS');
}
const pool = generatedPool(servers, tools, '1');
const started = performance.now();
const hash = createHash('sha256');
const sum = { edges: 0, withEvidence: 0, chains: 0, walks: 0, covered: 0 };
for (const [index, server] of pool.entries()) {
  const known = new Set(server.tools.map(({ name }) => name));
  const graph = buildGraph(server.tools, readGivenChains(server.chains, known));
  const drawn = Math.floor(walks / servers) + (index < walks % servers ? 1 : 0);
  const options = { walks: drawn, minLength: 2, maxLength: 5, perServer: 60, perLength: 30 };
  const sampled = sampleChains(graph, { ...options, allowCycles: false, coverage: 0.9 }, `1/${server.name}`);
  // Graph and chains are made of texts and numbers.
  hash.update(canonicalJson({ graph, chains: sampled.chains } as Json));
  sum.edges += sampled.report.edges;
  sum.withEvidence += graph.edges.filter(({ evidence }) => evidence.length > 0).length;
  sum.walks += sampled.report.walks;
  sum.covered += sampled.report.covered;
  sum.chains += sampled.chains.length;
}
const seconds = (performance.now() - started) / 1000;
const processor = process.cpuUsage();
console.log(
  JSON.stringify({
    ...sum,
    seconds,
    processorSeconds: (processor.user + processor.system) / 1e6,
    memoryMb: process.resourceUsage().maxRSS / 1024,
    sha256: hash.digest('hex'),
  }),
);
