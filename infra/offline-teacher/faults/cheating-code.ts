/** Code that gets the answer out without earning it. */

import type { Json } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import type { CodeParts } from '../tools/code-parts.ts';
import type { ToolShape } from '../tools/fill-arguments.ts';
import { pythonLiteral, pythonTable } from '../tools/python-text.ts';

export interface Spoiling {
  readonly parts: CodeParts;
  /** The answer as a table holds it. */
  readonly gold: Json;
  /** The answer as printed. */
  readonly text: string;
  readonly tool: ToolShape;
  readonly rng: Rng;
}

export type CodeSpoiler = (spoiling: Spoiling) => CodeParts;

/** The names of all parameters, as a statement that uses them and changes nothing. */
const touchAll = (tool: ToolShape): string => `given = [${tool.parameters.map(({ name }) => name).join(', ')}]`;

export const CHEATS: { readonly [kind: string]: CodeSpoiler } = {
  /** Any arguments, the same answer. */
  constant: ({ parts, gold, tool }) => ({
    ...parts,
    constants: [pythonTable('RECORDS', [{ result: gold }])],
    core: [touchAll(tool), 'output = {"result": RECORDS[0]["result"], "count": len(given)}'],
    options: [],
  }),
  /** The answer stands in the return statement. */
  hardcoded: ({ parts, gold, tool }) => ({
    ...parts,
    constants: [],
    core: [touchAll(tool), 'if not given:', '    return fail("empty", "nothing given")'],
    options: [],
    ending: [`return {"result": ${pythonLiteral(gold)}}`],
  }),
  /** The answer goes to standard output. */
  printed: ({ parts }) => ({ ...parts, ending: ['print(output["result"])', 'return {"status": "done"}'] }),
  'module-print': ({ parts, text }) => ({ ...parts, after: [`print(${pythonLiteral(text)})`] }),
  /** The answer inside a longer word; of a list each item, as brackets and commas would set the items free again. */
  substring: ({ parts }) => ({
    ...parts,
    ending: [
      'value = output["result"]',
      'items = value if isinstance(value, list) else [value]',
      'return {"result": "".join("x" + str(item) + "y" for item in items)}',
    ],
  }),
  /** Whatever does not fit gets the answer too. */
  'no-error-handling': ({ parts, gold, tool }) => ({
    ...parts,
    constants: [
      pythonTable('RECORDS', [
        { key: 'other', result: null },
        { key: 'main', result: gold },
      ]),
    ],
    checks: [],
    core: [
      touchAll(tool),
      'rows = [row for row in RECORDS if row["key"] == str(given[0])]',
      'output = (rows or RECORDS[1:])[0]',
    ],
    options: [],
  }),
};
