/** Python implementations that keep the contract: data in tables, every argument checked and used, errors structured. */
import { compactRows } from '../compact/rows.ts';
import type { Computation } from '../questions/kind.ts';
import type { ToolCase } from './cases.ts';
import { allComputed } from './cases.ts';
import type { CodeParts } from './code-parts.ts';
import type { ToolShape } from './fill-arguments.ts';
import { checksFor, needsRe } from './python-checks.ts';
import { pythonLiteral, pythonTable } from './python-text.ts';
import type { TableRow } from './table-rows.ts';
import { heldValue, otherRows, rowObject } from './table-rows.ts';

/** The parts of a tool that answers all cases; `seed` varies the rows nobody asks for. */
export function implementationFor(tool: ToolShape, cases: readonly ToolCase[], seed: string): CodeParts {
  const computed = allComputed(tool, cases) ? cases[0]?.frame.kind?.compute : undefined;
  const working = computed === undefined ? lookup(tool, tableRows(cases, seed)) : calculation(computed, tool);
  return {
    ...working,
    imports: [...working.imports, ...(needsRe(tool.parameters) ? ['re'] : [])],
    name: tool.name,
    parameters: signature(tool),
    checks: checksFor(tool.parameters),
    options: optionLines(tool),
    ending: ['return output'],
    after: [],
  };
}

/** Required parameters first, then the optional ones with the document's defaults. */
function signature(tool: ToolShape): string[] {
  const required = tool.parameters.filter((one) => one.required).map(({ name }) => name);
  const optional = tool.parameters.filter((one) => !one.required);
  return [...required, ...optional.map(({ name, schema }) => `${name}=${pythonLiteral(schema['default'] ?? null)}`)];
}

type Working = Pick<CodeParts, 'imports' | 'constants' | 'core'>;

function calculation({ python, imports = [], unit }: Computation, tool: ToolShape): Working {
  return { imports, constants: [], core: [...python, ...unitLines(unit, tool)] };
}

function tableRows(cases: readonly ToolCase[], seed: string): TableRow[] {
  const right = cases.map(({ args, answer }) => ({ args, result: heldValue(answer), unit: answer.unit }));
  const kind = cases[0]?.frame.kind;
  const others = kind?.compact === true ? compactRows(kind, right, seed) : otherRows(right, seed);
  const at = others.length === 0 ? 0 : seed.length % others.length;
  return [...others.slice(0, at), ...right, ...others.slice(at)];
}

/** Finds the row whose every named column equals the argument, whatever its case, width and spacing. */
function lookup(tool: ToolShape, rows: readonly TableRow[]): Working {
  return {
    imports: ['unicodedata'],
    constants: [pythonTable('RECORDS', rows.map(rowObject))],
    core: lookupLines(tool, rows),
  };
}

function lookupLines(tool: ToolShape, rows: readonly TableRow[]): string[] {
  const columns = tool.parameters.map(({ name }) => name).filter((name) => rows.some((row) => name in row.args));
  const wanted = columns.map((name) => `${pythonLiteral(name)}: plain(${name})`).join(', ');
  return [
    'def plain(value):',
    '    if isinstance(value, str):',
    '        return " ".join(unicodedata.normalize("NFKC", value).casefold().split())',
    '    if isinstance(value, list):',
    '        return [plain(item) for item in value]',
    '    return value',
    '',
    `wanted = {${wanted}}`,
    'found = [row for row in RECORDS if all(plain(row[name]) == wanted[name] for name in wanted)]',
    'if not found:',
    '    return fail("not_found", "no record matches the given arguments")',
    'output = {"result": found[0]["result"]}',
    ...(rows.some((row) => row.unit !== undefined)
      ? ['if "unit" in found[0]:', '    output["unit"] = found[0]["unit"]']
      : []),
  ];
}

/** The unit is a parameter only where the tool has it: sums without a currency have none. */
function unitLines(unit: Computation['unit'], tool: ToolShape): string[] {
  const parameter = unit !== undefined && 'parameter' in unit ? unit.parameter : undefined;
  const literal = unit !== undefined && 'literal' in unit ? pythonLiteral(unit.literal) : undefined;
  const value = literal ?? tool.parameters.find(({ name }) => name === parameter)?.name;
  return [value === undefined ? 'output = {"result": result}' : `output = {"result": result, "unit": ${value}}`];
}

const OPTION_LINES: { readonly [name: string]: readonly string[] } = {
  precision: ['if isinstance(output["result"], float):', '    output["result"] = round(output["result"], precision)'],
  detail_level: ['if detail_level == "full":', '    output["notes"] = "from the data of this tool"'],
  include_metadata: ['if include_metadata:', '    output["method"] = "deterministic"'],
  locale: ['if locale == "zh":', '    output["remark"] = "本工具的数据"'],
};

/** Uses of the optional parameters, and of required ones that neither table nor formula uses. */
function optionLines(tool: ToolShape): string[] {
  return tool.parameters
    .filter(({ required }) => !required)
    .flatMap(({ name, schema }) => {
      const known = OPTION_LINES[name];
      if (known !== undefined && fitsKnown(name, schema['type'])) return known;
      return [
        `if ${name} != ${pythonLiteral(schema['default'] ?? null)}:`,
        `    output[${pythonLiteral(`chosen_${name}`)}] = ${name}`,
      ];
    });
}

const OPTION_TYPES: { readonly [name: string]: string } = { precision: 'integer', include_metadata: 'boolean' };
const fitsKnown = (name: string, type: unknown): boolean => type === (OPTION_TYPES[name] ?? 'string');
