/**
 * Arguments against the JSON Schema of a document (method §8.4, rule 3), by a complete implementation; the domain's own
 * subset runs first, because it also knows that unlisted parameters are errors.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { argumentProblems } from '../../domain/environment/argument-check.ts';
import type { ToolDocument } from '../../domain/environment/schema.ts';
import type { JsonObject } from '../../domain/json.ts';

const mostCompiled = 200;

/** A validator that keeps the schemas it compiled last; a schema that does not compile is a problem of every call. */
export function createArgumentValidator(): (document: ToolDocument, args: JsonObject) => string[] {
  const compiled = new Map<ToolDocument, ValidateFunction | string>();
  return (document, args) => {
    const own = argumentProblems(document, args);
    if (own.length > 0) return own;
    let validate = compiled.get(document);
    if (validate === undefined) {
      if (compiled.size >= mostCompiled) compiled.clear();
      validate = compile(document);
      compiled.set(document, validate);
    }
    if (typeof validate === 'string') return [validate];
    return validate(args) ? [] : (validate.errors ?? []).slice(0, 5).map(sentence);
  };
}

function compile(document: ToolDocument): ValidateFunction | string {
  // One instance per schema: "$id" of one document must not meet that of another.
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  try {
    return ajv.compile(document.parameters);
  } catch (error) {
    return `the parameters of ${document.name} are no valid JSON Schema: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  const place = instancePath === '' ? 'the arguments' : instancePath.slice(1).replaceAll('/', '.');
  const extra: unknown = params['additionalProperty'];
  return `${place} ${message ?? 'do not fit'}${typeof extra === 'string' ? `: ${extra}` : ''}`;
}
