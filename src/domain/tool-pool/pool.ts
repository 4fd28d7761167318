/**
 * The pool as a whole (method §2): servers with the same tools stand in it once, whichever was listed first in the plan.
 * Two servers may share a tool's name: chains never cross servers, so the name is counted, not refused.
 */
import { hashJson } from '../ids.ts';
import type { Json } from '../json.ts';
import type { PoolServer } from './schema.ts';

export interface PoolMember {
  readonly id: string;
  readonly server: PoolServer;
}

export interface Pool {
  readonly members: readonly PoolMember[];
  /** Ids of servers left out, with the id of the one that has the same tools. */
  readonly duplicates: readonly { readonly id: string; readonly of: string }[];
}

/** Equal for servers whose tools read the same; name and address do not count. */
export function toolsKey(server: PoolServer): string {
  const tools = [...server.tools].sort((a, b) => (a.name < b.name ? -1 : 1));
  // Parsed from JSON: loose fields hold JSON values only.
  return hashJson(tools as Json);
}

/** Decides over all servers in plan order; the first of equals stays. */
export function formPool(servers: readonly PoolMember[]): Pool {
  const firsts = new Map<string, string>();
  const members: PoolMember[] = [];
  const duplicates: { id: string; of: string }[] = [];
  for (const member of servers) {
    const key = toolsKey(member.server);
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, member.id);
      members.push(member);
    } else {
      duplicates.push({ id: member.id, of: first });
    }
  }
  return { members, duplicates };
}

export interface PoolStatistics {
  readonly servers: number;
  readonly tools: number;
  /** Tools with a schema for their results. */
  readonly withOutputSchema: number;
  readonly toolsPerServer: { readonly min: number; readonly mean: number; readonly max: number } | null;
  readonly domains: Readonly<Record<string, number>>;
  readonly origins: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  /** Names that tools of more than one server have. */
  readonly sharedNames: number;
}

/** What the pool holds, by kind; an empty pool has no tools per server. */
export function poolStatistics(servers: readonly PoolServer[]): PoolStatistics {
  const sizes = servers.map(({ tools }) => tools.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const owners = new Map<string, number>();
  for (const { tools } of servers) for (const { name } of tools) owners.set(name, (owners.get(name) ?? 0) + 1);
  return {
    servers: servers.length,
    tools: total,
    withOutputSchema: servers.reduce(
      (sum, { tools }) => sum + tools.filter(({ output }) => output !== undefined).length,
      0,
    ),
    toolsPerServer:
      servers.length === 0 ? null : { min: Math.min(...sizes), mean: total / servers.length, max: Math.max(...sizes) },
    domains: countBy(servers.map(({ domain }) => domain)),
    origins: countBy(servers.map(({ origin }) => origin)),
    dropped: countBy(servers.flatMap((server) => server.dropped.map(({ rule }) => rule))),
    sharedNames: [...owners.values()].filter((count) => count > 1).length,
  };
}

/** How often each name occurs, names in alphabetical order. */
function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
