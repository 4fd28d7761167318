/** A server with its graph, as the commands around `astra graph` show it, whether it came from a run or from a file. */
import type { ToolGraph } from '../../domain/graph/schema.ts';
import type { PoolServer } from '../../domain/tool-pool/schema.ts';

export interface ShownChain {
  readonly id: string | null;
  readonly server: string;
  readonly tools: readonly string[];
  /** Outcome of its verification; null where none was asked for. */
  readonly outcome: string | null;
  readonly detail: string;
}

export interface GraphEntry {
  readonly id: string | null;
  readonly server: PoolServer;
  readonly graph: ToolGraph;
  /** Chains that were sampled before; a file has none. */
  readonly chains: readonly ShownChain[];
}

export interface GraphSet {
  readonly entries: readonly GraphEntry[];
  /** Servers without a graph, with the rule or class that says why. */
  readonly left: readonly { readonly name: string; readonly outcome: string; readonly detail: string }[];
}
