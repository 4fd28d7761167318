/** Python statements that refuse arguments outside the document, from its JSON Schema. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { asList, asObject } from '../json-text.ts';
import type { ToolShape } from './fill-arguments.ts';
import { indent, pythonLiteral } from './python-text.ts';

type Parameter = ToolShape['parameters'][number];

/** Checks in the order of the parameters; an optional one without default may be None. */
export function checksFor(parameters: readonly Parameter[]): string[] {
  return parameters.flatMap((parameter) => {
    const lines = checkValue(parameter.name, parameter.name, parameter.schema);
    const mayBeNone = !parameter.required && parameter.schema['default'] === undefined;
    return mayBeNone && lines.length > 0 ? [`if ${parameter.name} is not None:`, ...indent(lines)] : lines;
  });
}

const refuse = (condition: string, kind: string, message: string): string[] => [
  `if ${condition}:`,
  `    return fail(${pythonLiteral(kind)}, ${pythonLiteral(message)})`,
];

const TYPE_TESTS: { readonly [type: string]: readonly [string, string] } = {
  string: ['not isinstance({}, str)', 'must be a string'],
  integer: ['isinstance({}, bool) or not isinstance({}, int)', 'must be an integer'],
  number: ['isinstance({}, bool) or not isinstance({}, (int, float)) or {} != {}', 'must be a number'],
  boolean: ['not isinstance({}, bool)', 'must be true or false'],
  array: ['not isinstance({}, list)', 'must be a list'],
  object: ['not isinstance({}, dict)', 'must be an object'],
};

/** `expression` is what to test, `label` what to call it in messages. */
function checkValue(expression: string, label: string, schema: JsonObject): string[] {
  const lines: string[] = [];
  const test = TYPE_TESTS[String(schema['type'])];
  if (test !== undefined)
    lines.push(...refuse(test[0].replaceAll('{}', expression), 'wrong_type', `${label} ${test[1]}`));
  const choices = asList(schema['enum']);
  if (choices.length > 0) {
    lines.push(
      ...refuse(
        `${expression} not in ${pythonLiteral(choices)}`,
        'invalid_value',
        `${label} is not one of the allowed values`,
      ),
    );
  }
  return [
    ...lines,
    ...bounds(expression, label, schema),
    ...lengths(expression, label, schema),
    ...items(expression, label, schema),
  ];
}

function bounds(expression: string, label: string, schema: JsonObject): string[] {
  const tests: readonly (readonly [string, string])[] = [
    ['minimum', '<'],
    ['maximum', '>'],
    ['exclusiveMinimum', '<='],
    ['exclusiveMaximum', '>='],
  ];
  return tests.flatMap(([word, operator]) => {
    const limit = schema[word];
    return typeof limit === 'number'
      ? refuse(`${expression} ${operator} ${pythonLiteral(limit)}`, 'out_of_range', `${label} is out of range`)
      : [];
  });
}

function lengths(expression: string, label: string, schema: JsonObject): string[] {
  const blank = schema['type'] === 'string' && schema['enum'] === undefined && schema['default'] !== '';
  return [
    ...(blank ? refuse(`not ${expression}.strip()`, 'empty', `${label} must not be empty`) : []),
    ...lengthLimits(expression, label, schema),
    ...patternCheck(expression, label, schema),
  ];
}

function lengthLimits(expression: string, label: string, schema: JsonObject): string[] {
  return (['minLength', 'maxLength', 'minItems', 'maxItems'] as const).flatMap((word) => {
    const limit = schema[word];
    if (typeof limit !== 'number' || (word === 'minLength' && limit <= 1)) return [];
    const operator = word.startsWith('min') ? '<' : '>';
    return refuse(`len(${expression}) ${operator} ${limit}`, 'wrong_length', `${label} has a wrong length`);
  });
}

function patternCheck(expression: string, label: string, schema: JsonObject): string[] {
  const pattern = schema['pattern'];
  if (typeof pattern !== 'string' || !portable(pattern)) return [];
  const test = `re.search(${pythonLiteral(pattern)}, ${expression}) is None`;
  return refuse(test, 'wrong_format', `${label} has a wrong format`);
}

/** Patterns that mean the same in Python's re; others are left unchecked. */
const portable = (pattern: string): boolean => !/\\[pPkuc]|\(\?</.test(pattern);

/** True when the checks of these parameters need the module re. */
export function needsRe(parameters: readonly Parameter[]): boolean {
  return checksFor(parameters).some((line) => line.includes('re.search('));
}

function items(expression: string, label: string, schema: JsonObject): string[] {
  const lines =
    schema['type'] === 'array' ? checkValue('entry', `each item of ${label}`, asObject(schema['items'])) : [];
  return lines.length === 0 ? [] : [`for entry in ${expression}:`, ...indent(lines)];
}
