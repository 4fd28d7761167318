/** A Python tool in parts, so that each can be looked at, or spoiled, by itself. */
import { indent } from './python-text.ts';

export interface CodeParts {
  readonly imports: readonly string[];
  /** Module-level constant tables. */
  readonly constants: readonly string[];
  readonly name: string;
  /** Parameters as the signature has them, defaults with them. */
  readonly parameters: readonly string[];
  /** Refusals of arguments outside the document. */
  readonly checks: readonly string[];
  /** Derives `output`. */
  readonly core: readonly string[];
  /** Uses of the optional parameters. */
  readonly options: readonly string[];
  readonly ending: readonly string[];
  /** Module-level statements after the function. */
  readonly after: readonly string[];
}

const FAIL = ['def fail(kind, message):', '    return {"error": {"type": kind, "message": message}}', ''];

/** The source text. */
export function codeText(parts: CodeParts): string {
  const body = [...FAIL, ...parts.checks, ...parts.core, ...parts.options, ...parts.ending];
  const above = [...new Set(parts.imports)].sort().map((name) => `import ${name}`);
  return [
    ...above,
    ...(above.length > 0 ? [''] : []),
    ...parts.constants,
    ...(parts.constants.length > 0 ? ['', ''] : ['']),
    `def ${parts.name}(${parts.parameters.join(', ')}):`,
    ...indent(body),
    ...(parts.after.length > 0 ? ['', '', ...parts.after] : []),
    '',
  ].join('\n');
}
