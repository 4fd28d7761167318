/**
 * Chains as walks over the graph (method §3.2): length drawn between the bounds, start in proportion to the outgoing
 * weight, next tool in proportion to the edge's weight among the tools not visited. The original lists every path in
 * order of insertion, goes round cycles and has no cap. Every walk has its own seed, so that none depends on another.
 */
import { type Rng, seededRng } from '../random.ts';
import { canonicalOrder } from './chain-order.ts';
import type { Chain, ToolGraph } from './schema.ts';

export interface WalkOptions {
  /** Walks drawn per server. */
  readonly walks: number;
  /** Tools in a chain, both ends in. */
  readonly minLength: number;
  readonly maxLength: number;
  /** Most chains of a server. */
  readonly perServer: number;
  /** Most chains of a server with the same number of tools; walks that cover an edge come on top. */
  readonly perLength: number;
  /** Visit a tool more than once. */
  readonly allowCycles: boolean;
  /** Share of the edges that extra walks, started on an edge not yet used, try to reach. */
  readonly coverage: number;
}

export interface SampledChains {
  readonly chains: readonly Omit<Chain, 'server'>[];
  readonly report: WalkReport;
}

export interface WalkReport {
  /** Walks made, those that cover an edge included. */
  readonly walks: number;
  /** Walks that ended before the shortest length. */
  readonly short: number;
  /** Walks that found a chain again, or another order of one. */
  readonly repeated: number;
  /** Walks that a cap refused. */
  readonly capped: number;
  /** Edges of weight 1 or more, and those that some kept chain walks. */
  readonly edges: number;
  readonly covered: number;
}

/** Draws the walks of one server; the same graph, options and seed give the same chains in the same order. */
export function sampleChains(graph: ToolGraph, options: WalkOptions, seed: string): SampledChains {
  const map = new WeightedMap(graph);
  const kept = new KeptChains(map, options);
  if (map.total > 0) {
    for (let walk = 0; walk < options.walks; walk++) {
      const rng = seededRng(`${seed}/walk/${walk}`);
      const length = options.minLength + Math.floor(rng() * (options.maxLength - options.minLength + 1));
      kept.offer(map.walk([map.start(rng)], { length, rng, allowCycles: options.allowCycles }), walk);
    }
    coverEdges(map, kept, { options, seed });
  }
  return { chains: kept.chains, report: kept.report() };
}

/** Walks from edges that no chain uses yet, in the graph's order, until the wanted share is reached. */
function coverEdges(map: WeightedMap, kept: KeptChains, with_: { options: WalkOptions; seed: string }): void {
  const { options, seed } = with_;
  for (const [from, to] of map.arcs()) {
    if (kept.covered >= Math.ceil(options.coverage * map.arcCount) || kept.chains.length >= options.perServer) return;
    if (kept.covers(from, to)) continue;
    const rng = seededRng(`${seed}/cover/${from}/${to}`);
    const length = Math.max(options.minLength, 2);
    kept.offer(map.walk([from, to], { length, rng, allowCycles: options.allowCycles }), -1);
  }
}

interface WalkRules {
  readonly length: number;
  readonly rng: Rng;
  readonly allowCycles: boolean;
}

/** The edges that count, by number of the tool. */
class WeightedMap {
  readonly tools: readonly string[];
  /** Sum of all weights. */
  readonly total: number;
  readonly arcCount: number;
  readonly #next: readonly (readonly { readonly to: number; readonly weight: number }[])[];
  readonly #outgoing: readonly number[];
  readonly #arcs: ReadonlySet<number>;

  constructor({ tools, edges }: ToolGraph) {
    this.tools = tools;
    const place = new Map(tools.map((name, index) => [name, index]));
    const next: { to: number; weight: number }[][] = tools.map(() => []);
    for (const { from, to, weight } of edges) {
      const [start, end] = [place.get(from), place.get(to)];
      if (weight > 0 && start !== undefined && end !== undefined) next[start]?.push({ to: end, weight });
    }
    this.#next = next;
    this.#outgoing = next.map((arcs) => arcs.reduce((sum, { weight }) => sum + weight, 0));
    this.total = this.#outgoing.reduce((sum, weight) => sum + weight, 0);
    this.#arcs = new Set(next.flatMap((arcs, from) => arcs.map(({ to }) => from * tools.length + to)));
    this.arcCount = this.#arcs.size;
  }

  has(from: number, to: number): boolean {
    return this.#arcs.has(from * this.tools.length + to);
  }

  *arcs(): Generator<readonly [number, number], void> {
    for (const [from, arcs] of this.#next.entries()) for (const { to } of arcs) yield [from, to];
  }

  /** A tool, in proportion to its outgoing weight. */
  start(rng: Rng): number {
    let left = rng() * this.total;
    const found = this.#outgoing.findIndex((weight) => (left -= weight) < 0);
    return found >= 0 ? found : this.#outgoing.findLastIndex((weight) => weight > 0);
  }

  /** Goes on from the given tools until the length is reached or no successor is left. */
  walk(begun: readonly number[], { length, rng, allowCycles }: WalkRules): number[] {
    const path = [...begun];
    while (path.length < length) {
      const arcs = this.#next[path.at(-1) ?? 0] ?? [];
      const open = allowCycles ? arcs : arcs.filter(({ to }) => !path.includes(to));
      const sum = open.reduce((total, { weight }) => total + weight, 0);
      let left = rng() * sum;
      const arc = open.find(({ weight }) => (left -= weight) < 0) ?? open.at(-1);
      if (arc === undefined) break;
      path.push(arc.to);
    }
    return path;
  }
}

/** What was kept so far, and why the rest was not. */
class KeptChains {
  readonly chains: Omit<Chain, 'server'>[] = [];
  readonly #map: WeightedMap;
  readonly #options: WalkOptions;
  readonly #keys = new Set<string>();
  readonly #byLength = new Map<number, number>();
  readonly #coveredArcs = new Set<number>();
  #walks = 0;
  #short = 0;
  #repeated = 0;
  #capped = 0;

  constructor(map: WeightedMap, options: WalkOptions) {
    this.#map = map;
    this.#options = options;
  }

  get covered(): number {
    return this.#coveredArcs.size;
  }

  covers(from: number, to: number): boolean {
    return this.#coveredArcs.has(from * this.#map.tools.length + to);
  }

  offer(path: readonly number[], walk: number): void {
    this.#walks += 1;
    if (path.length < this.#options.minLength) {
      this.#short += 1;
      return;
    }
    const tools = path.map((at) => this.#map.tools[at] ?? '');
    const order = this.#orderOf(path);
    const key = canonicalOrder(tools, order).join('\u0000');
    if (this.#keys.has(key)) {
      this.#repeated += 1;
      return;
    }
    const same = this.#byLength.get(path.length) ?? 0;
    const full = walk >= 0 && same >= this.#options.perLength;
    if (this.chains.length >= this.#options.perServer || full) {
      this.#capped += 1;
      return;
    }
    this.#keys.add(key);
    this.#byLength.set(path.length, same + 1);
    for (const [index, from] of path.slice(0, -1).entries()) {
      this.#coveredArcs.add(from * this.#map.tools.length + (path[index + 1] ?? 0));
    }
    this.chains.push({ tools, order, walk });
  }

  report(): WalkReport {
    const [walks, short, repeated, capped] = [this.#walks, this.#short, this.#repeated, this.#capped];
    return { walks, short, repeated, capped, edges: this.#map.arcCount, covered: this.covered };
  }

  /** Pairs that the graph orders one way only: with edges both ways it does not say which comes first. */
  #orderOf(path: readonly number[]): [number, number][] {
    return path.flatMap((from, i) =>
      path.slice(i + 1).flatMap((to, offset): [number, number][] => {
        const ordered = from !== to && this.#map.has(from, to) && !this.#map.has(to, from);
        return ordered ? [[i, i + 1 + offset]] : [];
      }),
    );
  }
}
