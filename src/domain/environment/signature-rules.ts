/**
 * Rule 3 (§8.4): do document, code and call agree? The original checks none of it.
 * Names, required parameters and defaults of the code equal the document. So does the order, where the document still
 * has one: canonical storage sorts properties, so a sorted list says nothing about the order its author chose.
 */
import { canonicalJson } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { ArgumentValidator } from './argument-check.ts';
import type { Finding } from './finding.ts';
import type { CodeFacts, CodeFunction, CodeParameter } from './inspection/schema.ts';
import type { AskedQuestion } from './leak-rules.ts';
import type { ToolCall, ToolDocument } from './schema.ts';
import { parameterSchemas, requiredNames } from './schema-walk.ts';
import { untraceableArguments } from './traceability.ts';

/** The one top-level function with the tool's name, or undefined. */
export function toolFunction(facts: CodeFacts, name: string): CodeFunction | undefined {
  return facts.functions.findLast((candidate) => candidate.name === name);
}

/** What differs between document and code; speaks of names and defaults only. */
export function codeSignatureFindings(document: ToolDocument, facts: CodeFacts): Finding[] {
  const own = toolFunction(facts, document.name);
  if (own === undefined) return [toImplementation(`the code has no top-level function named ${document.name}`)];
  const defined = facts.functions.filter((candidate) => candidate.name === document.name).length;
  const rebound = facts.assigned.includes(document.name);
  return [
    ...(defined > 1 || rebound ? [`${document.name} is defined more than once`] : []),
    ...(own.is_async ? [`${document.name} must be a plain function, not an async one`] : []),
    ...nameProblems(document, own),
    ...orderProblems(document, own),
    ...own.parameters.flatMap((parameter) => parameterProblems(document, parameter)),
  ].map(toImplementation);
}

/** What keeps the call from fitting the document and the question. */
export function callFindings(
  call: ToolCall,
  document: ToolDocument,
  { asked, validate }: { readonly asked: AskedQuestion; readonly validate: ArgumentValidator },
): Finding[] {
  const renamed = call.name === document.name ? [] : [`the call names ${call.name}, the tool is ${document.name}`];
  const untraceable = untraceableArguments(document, call.arguments, asked).map(
    (name) => `the value of ${name} stands neither in the question nor in the known answers`,
  );
  return [...renamed, ...validate(document, call.arguments), ...untraceable].map((detail) => ({
    rule: 'signature',
    blame: 'call',
    detail,
  }));
}

function nameProblems(document: ToolDocument, own: CodeFunction): string[] {
  const documented = [...parameterSchemas(document).keys()];
  const coded = own.parameters.map((parameter) => parameter.name);
  const missing = documented.filter((name) => !coded.includes(name));
  const extra = own.parameters.filter(
    (parameter) => parameter.kind !== 'variadic' && !documented.includes(parameter.name),
  );
  return [
    ...(missing.length === 0 ? [] : [`the function lacks ${missing.join(', ')}`]),
    ...(extra.length === 0 ? [] : [`the document knows no ${extra.map((parameter) => parameter.name).join(', ')}`]),
    ...(own.parameters.some((parameter) => parameter.kind === 'variadic')
      ? ['*args and **kwargs are not allowed']
      : []),
    ...(own.parameters.some((parameter) => parameter.kind === 'positional_only')
      ? ['every parameter must be usable by its name']
      : []),
  ];
}

function parameterProblems(document: ToolDocument, parameter: CodeParameter): string[] {
  const schema = parameterSchemas(document).get(parameter.name);
  if (schema === undefined || parameter.kind === 'variadic') return [];
  const required = requiredNames(document).includes(parameter.name);
  if (required) return parameter.required ? [] : [`${parameter.name} is required and must have no default`];
  if (parameter.required) return [`${parameter.name} is optional and must have a default`];
  const expected = schema['default'] ?? null;
  const same = parameter.default_is_literal && canonicalJson(parameter.default) === canonicalJson(expected);
  return same ? [] : [`the default of ${parameter.name} must be ${pythonLiteral(expected)} as in the document`];
}

function orderProblems(document: ToolDocument, own: CodeFunction): string[] {
  const listed = [...parameterSchemas(document).keys()];
  const required = requiredNames(document);
  const coded = own.parameters.map((parameter) => parameter.name).filter((name) => listed.includes(name));
  const parts = {
    required: coded.filter((name) => required.includes(name)),
    optional: coded.filter((name) => !required.includes(name)),
  };
  const bySchema = (names: readonly string[]): string => listed.filter((name) => names.includes(name)).join();
  const byRequired = required.filter((name) => parts.required.includes(name)).join();
  const requiredFits = [byRequired, bySchema(parts.required)].includes(parts.required.join());
  const sorted = listed.toSorted().join() === listed.join();
  const optionalFits = sorted || bySchema(parts.optional) === parts.optional.join();
  if (requiredFits && optionalFits) return [];
  const expected = [...required, ...listed.filter((name) => !required.includes(name))];
  return [`the order of the parameters differs from the document; expected ${expected.join(', ')}`];
}

function toImplementation(detail: string): Finding {
  return { rule: 'signature', blame: 'implementation', detail, hint: detail };
}

/** A JSON value as Python writes it. */
export function pythonLiteral(value: JsonObject[string]): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`);
  return `{${entries.join(', ')}}`;
}
