/** Python implementations that keep the contract: data in tables, every argument checked and used, errors structured. */
import { asText } from '../json-text.ts';
import { allComputed } from './cases.ts';
import type { ToolCase } from './cases.ts';
import type { ToolShape } from './fill-arguments.ts';
import { checksFor, needsRe } from './python-checks.ts';
import { indent, pythonLiteral, pythonTable } from './python-text.ts';
import { heldValue, otherRows, rowObject } from './table-rows.ts';
import type { TableRow } from './table-rows.ts';

/** The source of a tool that answers all cases; `seed` varies the rows nobody asks for. */
export function implementationFor(tool: ToolShape, cases: readonly ToolCase[], seed: string): string {
  const computed = allComputed(tool, cases) ? cases[0]?.frame.kind?.compute : undefined;
  const rows = computed === undefined ? tableRows(cases, seed) : [];
  const lookup = computed === undefined ? lookupLines(tool, rows) : undefined;
  const imports = new Set(computed?.imports ?? (lookup === undefined ? [] : ['unicodedata']));
  if (needsRe(tool.parameters)) imports.add('re');
  const core = computed === undefined ? (lookup ?? []) : [...computed.python, ...unitLines(computed.unit)];
  return [
    ...[...imports].sort().map((name) => `import ${name}`),
    ...(imports.size > 0 ? [''] : []),
    ...(rows.length > 0 ? [pythonTable('RECORDS', rows.map(rowObject)), '', ''] : ['']),
    `def ${tool.name}(${signature(tool)}):`,
    ...indent([...failLines, ...checksFor(tool.parameters), ...core, ...optionLines(tool)]),
    '    return output',
    '',
  ].join('\n');
}

/** Required parameters first, then the optional ones with the document's defaults. */
function signature(tool: ToolShape): string {
  const required = tool.parameters.filter((one) => one.required).map(({ name }) => name);
  const optional = tool.parameters.filter((one) => !one.required);
  return [
    ...required,
    ...optional.map(({ name, schema }) => `${name}=${pythonLiteral(schema['default'] ?? null)}`),
  ].join(', ');
}

const failLines = ['def fail(kind, message):', '    return {"error": {"type": kind, "message": message}}', ''];

function tableRows(cases: readonly ToolCase[], seed: string): TableRow[] {
  const right = cases.map(({ args, answer }) => ({ args, result: heldValue(answer), unit: answer.unit }));
  const others = otherRows(right, seed);
  const at = others.length === 0 ? 0 : seed.length % others.length;
  return [...others.slice(0, at), ...right, ...others.slice(at)];
}

/** Finds the row whose every named column equals the argument, whatever its case, width and spacing. */
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

function unitLines(unit: { readonly literal: string } | { readonly parameter: string } | undefined): string[] {
  if (unit === undefined) return ['output = {"result": result}'];
  const value = 'literal' in unit ? pythonLiteral(unit.literal) : unit.parameter;
  return [`output = {"result": result, "unit": ${value}}`];
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

const fitsKnown = (name: string, type: unknown): boolean =>
  asText(typeof type === 'string' ? type : '') === { precision: 'integer', include_metadata: 'boolean' }[name] ||
  (type === 'string' && name !== 'precision' && name !== 'include_metadata');
