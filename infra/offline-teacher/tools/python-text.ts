/** Python source text. */
import type { Json } from '../../../src/domain/json.ts';

/** A Python literal on one line. JSON string escapes are Python string escapes. */
export function pythonLiteral(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  const entries = Object.entries(value);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`).join(', ')}}`;
}

/** A module constant that holds a list, one row a line. */
export function pythonTable(name: string, rows: readonly Json[]): string {
  return `${name} = [\n${rows.map((row) => `    ${pythonLiteral(row)},`).join('\n')}\n]`;
}

/** The lines, indented by this many levels of four spaces. */
export function indent(lines: readonly string[], levels = 1): string[] {
  return lines.map((line) => (line === '' ? '' : `${'    '.repeat(levels)}${line}`));
}
