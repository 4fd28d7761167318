/**
 * Facts about a tool's source (ours; used by rules 3, 4 and 7 of §8.4), as the inspector reads them from the syntax tree
 * inside the sandbox. Lines count from 1.
 */
import { z } from 'zod';

const Named = z.strictObject({ name: z.string(), line: z.int() });

export const CodeParameter = z.strictObject({
  name: z.string(),
  /** plain: by position or name; variadic: *args or **kwargs. */
  kind: z.enum(['positional_only', 'plain', 'keyword_only', 'variadic']),
  required: z.boolean(),
  default: z.json(),
  default_is_literal: z.boolean(),
});
export type CodeParameter = z.infer<typeof CodeParameter>;

export const CodeFunction = z.strictObject({
  name: z.string(),
  line: z.int(),
  is_async: z.boolean(),
  parameters: z.array(CodeParameter),
  /** Parameters whose value is never read. */
  unused: z.array(z.string()),
  /** Where the name stands, in code points; null when renaming could change what a name means. */
  name_offsets: z.array(z.int()).nullable(),
});
export type CodeFunction = z.infer<typeof CodeFunction>;

export const CodeFacts = z.strictObject({
  syntax_error: z.null(),
  /** Functions at the top level, in order. */
  functions: z.array(CodeFunction),
  /** Names that module-level statements bind other than by def, class or import. */
  assigned: z.array(z.string()),
  imports: z.array(z.strictObject({ module: z.string(), name: z.string().nullable(), line: z.int() })),
  /** Attributes read from imported modules. */
  attributes: z.array(z.strictObject({ module: z.string(), name: z.string(), line: z.int() })),
  builtins: z.array(Named),
  dunders: z.array(Named),
  /** Uses of now, today and utcnow. */
  clocks: z.array(Named),
  /** Module-level statements other than imports, definitions, assignments and docstrings. */
  statements: z.array(z.strictObject({ kind: z.string(), line: z.int() })),
  /** In-place changes of module-level data or mutable defaults. */
  writes: z.array(z.strictObject({ name: z.string(), how: z.string(), line: z.int() })),
  /** Literals outside data tables; a "return" is the whole returned expression. Docstrings are left out. */
  literals: z.array(
    z.strictObject({
      value: z.json(),
      place: z.enum(['constant', 'default', 'body', 'return']),
      line: z.int(),
      function: z.string().nullable(),
    }),
  ),
  /** Module-level collections as nested {items} and {entries}; computed parts are null. */
  tables: z.array(z.strictObject({ name: z.string(), data: z.json() })),
});
export type CodeFacts = z.infer<typeof CodeFacts>;

export const SyntaxFault = z.strictObject({ syntax_error: z.strictObject({ message: z.string(), line: z.int() }) });

/** What the inspector says about a source: its facts, or why it does not parse. */
export const Inspection = z.union([CodeFacts, SyntaxFault]);
export type Inspection = z.infer<typeof Inspection>;

/** What the inspector makes of a call statement. */
export const ParsedCall = z.union([
  z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.json()) }),
  z.strictObject({ problem: z.string() }),
]);
export type ParsedCall = z.infer<typeof ParsedCall>;
