/**
 * From a listed server to one of the pool (method §2): filter rules per tool, then per server. A refusal names its rule;
 * the paper drops groups of fewer than three tools.
 */
import type { Json } from '../json.ts';
import { assignDomain } from './domains.ts';
import { filterTools } from './filter-rules.ts';
import type { PoolServer, ServerSource } from './schema.ts';

export type Pooling =
  | { readonly status: 'pooled'; readonly server: PoolServer }
  | { readonly status: 'rejected'; readonly rule: 'no_tools' | 'too_few_tools'; readonly detail: string };

/** The server with the tools that pass the rules; `listed` are its tools as the file or the server itself gave them. */
export function poolServer(source: ServerSource, listed: readonly Json[], fewestTools: number): Pooling {
  if (listed.length === 0) {
    return { status: 'rejected', rule: 'no_tools', detail: `${source.name} lists no tools` };
  }
  const { kept, dropped } = filterTools(listed);
  if (kept.length < fewestTools) {
    const why = dropped.map(({ name, rule }) => `${name}: ${rule}`).join(', ');
    const detail = `${kept.length} of ${listed.length} tools are left, at least ${fewestTools} are wanted${why === '' ? '' : `; dropped: ${why}`}`;
    return { status: 'rejected', rule: 'too_few_tools', detail: detail.slice(0, 500) };
  }
  const { name, title, description, licence, origin, reach, chains } = source;
  const domain = assignDomain(source.domain, kept);
  const rest = { domain, licence, origin, reach, tools: [...kept], dropped: [...dropped], chains };
  return { status: 'pooled', server: { name, title, description, ...rest } };
}
