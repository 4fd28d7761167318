/**
 * One name per tool in an environment (method §8.5). In released data two tools of one name share one entry of a
 * name-indexed map, so one implementation is lost. Here later tools get a stable suffix in document, code and calls.
 * The code is renamed by replacing the name where the syntax tree has it, so the function keeps its signature and
 * recursion keeps working; code in which the name also means something else is refused.
 */
import type { CodeFacts } from './inspection/schema.ts';
import type { ProvenTool } from './schema.ts';
import { toolFunction } from './signature-rules.ts';

export interface Renaming {
  readonly tool: ProvenTool;
  /** Equal to the tool's own name when it stays. */
  readonly name: string;
}

const longestName = 64;

/** The tools in order with the name each gets: the first of a name keeps it, the next ones get _2, _3 and so on. */
export function planNames(tools: readonly ProvenTool[]): Renaming[] {
  const taken = new Set(tools.map((tool) => tool.document.name));
  const seen = new Set<string>();
  return tools.map((tool) => {
    const own = tool.document.name;
    if (!seen.has(own)) {
      seen.add(own);
      return { tool, name: own };
    }
    const name = freeName(own, taken);
    taken.add(name);
    return { tool, name };
  });
}

/** The tool under another name everywhere; undefined when its code cannot be renamed safely. The id is left as it was. */
export function renameTool(tool: ProvenTool, name: string, facts: CodeFacts): ProvenTool | undefined {
  const old = tool.document.name;
  const offsets = toolFunction(facts, old)?.name_offsets;
  if (offsets === null || offsets === undefined || mentions(tool.code, name)) return undefined;
  return {
    ...tool,
    document: { ...tool.document, name },
    code: replaceAt(tool.code, offsets, { old, name }),
    cases: tool.cases.map((one) => ({ ...one, call: { ...one.call, name } })),
  };
}

function freeName(own: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const suffix = `_${number}`;
    const name = `${own.slice(0, longestName - suffix.length)}${suffix}`;
    if (!taken.has(name)) return name;
  }
}

function mentions(code: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(code);
}

/** Offsets count code points, as the syntax tree does; JavaScript counts UTF-16 units. */
function replaceAt(code: string, offsets: readonly number[], { old, name }: { old: string; name: string }): string {
  const points = Array.from(code);
  const { length } = Array.from(old);
  for (const at of offsets.toSorted((a, b) => b - a)) points.splice(at, length, ...Array.from(name));
  return points.join('');
}
