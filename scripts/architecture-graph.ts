/**
 * Draws which layer imports which, from the imports themselves, into docs/architecture.md.
 * Usage: node scripts/architecture-graph.ts [--check]   --check: exit code 1 when the page shows another picture.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');
const page = join(root, 'docs/architecture.md');
const [begin, end] = ['<!-- graph: written by scripts/architecture-graph.ts -->', '<!-- /graph -->'];

const Cruise = z.object({
  modules: z.array(
    z.object({
      source: z.string(),
      dependencies: z.array(z.object({ resolved: z.string(), dependencyTypes: z.array(z.string()) })),
    }),
  ),
});

const picture = `${begin}\n\n\`\`\`mermaid\n${mermaid(readEdges())}\n\`\`\`\n\n${end}`;
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) throw new Error(`${page}: expected the markers ${begin} and ${end}, in this order`);
const drawn = text.slice(0, from) + picture + text.slice(to + end.length);

if (!process.argv.includes('--check')) writeFileSync(page, drawn);
else if (drawn !== text) {
  console.error(
    'docs/architecture.md shows other imports than the code has. Draw it: node scripts/architecture-graph.ts',
  );
  process.exitCode = 1;
}

/** Edges between layers; true where at least one import is more than a type. */
function readEdges(): Map<string, boolean> {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [cruiser, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src', 'infra'];
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  const edges = new Map<string, boolean>();
  for (const { source, dependencies } of Cruise.parse(JSON.parse(output)).modules) {
    for (const { resolved, dependencyTypes } of dependencies) {
      const [one, other] = [layerOf(source), layerOf(resolved)];
      if (one === undefined || other === undefined || one === other) continue;
      const key = `${one} ${other}`;
      edges.set(key, edges.get(key) === true || !dependencyTypes.includes('type-only'));
    }
  }
  return edges;
}

function layerOf(file: string): string | undefined {
  const resource = /^src\/activities\/([a-z-]+)\//.exec(file)?.[1];
  if (resource !== undefined) return `activities/${resource}`;
  if (file.startsWith('src/activities/')) return undefined; // failures.ts and heartbeat.ts: everybody's
  if (file === 'src/compose.ts') return 'compose';
  return /^(?:src\/)?(domain|workflows|workers|cli|config|infra)\//.exec(file)?.[1];
}

function mermaid(edges: ReadonlyMap<string, boolean>): string {
  const lines = [...edges]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, isValue]) => {
      const [one = '', other = ''] = key.split(' ');
      return `  ${node(one)} ${isValue ? '-->' : '-.->'} ${node(other)}`;
    });
  return ['flowchart LR', ...lines].join('\n');
}

function node(layer: string): string {
  return layer.includes('/') ? `${layer.replace('/', '_')}["${layer}"]` : layer;
}
