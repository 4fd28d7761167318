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
const options = { strict: false, allErrors: true, logger: false } as const;

/** A validator that keeps the schemas it compiled last; a schema that does not compile is a problem of every call. */
export function createArgumentValidator(): (document: ToolDocument, args: JsonObject) => string[] {
  // By text: every activity reads its documents anew, and one tool is proven, merged and replayed by several.
  const compiled = new Map<string, Compiled>();
  // The rules for schemas are compiled once and not with every schema: that costs more than the schema itself.
  const rules = new Ajv(options);
  return (document, args) => {
    const own = argumentProblems(document, args);
    if (own.length > 0) return own;
    const text = JSON.stringify(document.parameters);
    const known = compiled.get(text) ?? compile(rules, document.parameters);
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(text, known);
    if ('refused' in known) return [`the parameters of ${document.name} are no valid JSON Schema: ${known.refused}`];
    return known.validate(args) ? [] : (known.validate.errors ?? []).slice(0, 5).map(sentence);
  };
}

type Compiled = { readonly validate: ValidateFunction } | { readonly refused: string };

function compile(rules: Ajv, schema: ToolDocument['parameters']): Compiled {
  try {
    if (rules.validateSchema(schema) !== true)
      return { refused: `schema is invalid: ${rules.errorsText(rules.errors)}` };
    // One instance per schema: "$id" of one document must not meet that of another.
    const ajv = new Ajv({ ...options, validateSchema: false });
    addFormats.default(ajv);
    return { validate: ajv.compile(schema) };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  const place = instancePath === '' ? 'the arguments' : instancePath.slice(1).replaceAll('/', '.');
  const extra: unknown = params['additionalProperty'];
  return `${place} ${message ?? 'do not fit'}${typeof extra === 'string' ? `: ${extra}` : ''}`;
}
