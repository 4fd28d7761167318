/**
 * Whether a task's tools are the ones that were asked for (method §4.2): known to the server, the chain's in plan mode, as
 * many as wanted in free mode. The original takes whatever stands there.
 */
import type { Problem } from '../prompt/spec.ts';
import type { PoolServer } from '../tool-pool/schema.ts';
import type { TaskOrder } from './schema.ts';

/** Every rule that the list of tools breaks. */
export function targetProblems(targets: readonly string[], order: TaskOrder, { tools }: PoolServer): Problem[] {
  const known = new Set(tools.map(({ name }) => name));
  const unknown = targets.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const names = unknown.slice(0, 5).map((name) => `"${name.slice(0, 80)}"`);
    return [{ rule: 'unknown_tool', detail: `the server has no tool ${names.join(', ')}` }];
  }
  const distinct = new Set(targets);
  if (order.chain !== null) {
    const wanted = new Set(order.chain.tools);
    const same = wanted.size === distinct.size && [...wanted].every((name) => distinct.has(name));
    const detail = `the tools must be exactly those of the chain: ${[...wanted].join(', ')}`;
    return same ? [] : [{ rule: 'tool_set', detail }];
  }
  if (distinct.size === order.toolCount && targets.length === order.toolCount) return [];
  const detail = `the task must take ${order.toolCount} different tools, it names ${targets.length}`;
  return [{ rule: 'tool_count', detail }];
}

/** The task's tools in the order in which they are recorded: a chain's own in plan mode. */
export function targetTools(targets: readonly string[], order: TaskOrder): readonly string[] {
  return order.chain?.tools ?? targets;
}
