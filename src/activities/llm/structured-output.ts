/**
 * How a reply schema is enforced (method §1.3): json_schema where the endpoint has it, else json_object, else only the
 * words of the prompt. What an endpoint refuses is remembered per endpoint and model until the process ends.
 */
import type { JsonObject } from '../../domain/json.ts';
import type { ResolvedModel } from '../../domain/run/schema.ts';

export type ReplyFormat = 'json_schema' | 'json_object' | 'none';
const weaker = { json_schema: 'json_object', json_object: 'none' } as const;

export interface FormatMemory {
  formatFor(host: string, model: ResolvedModel): ReplyFormat;
  /** Called with a refused format; true when a weaker one is worth a try: only in auto mode. */
  weaken(host: string, model: ResolvedModel, refused: ReplyFormat): boolean;
}

export function createFormatMemory(): FormatMemory {
  const known = new Map<string, ReplyFormat>();
  return {
    formatFor: (host, model) =>
      model.structuredOutput === 'auto'
        ? (known.get(`${host} ${model.model}`) ?? 'json_schema')
        : model.structuredOutput,
    weaken(host, model, refused) {
      if (model.structuredOutput !== 'auto' || refused === 'none') return false;
      known.set(`${host} ${model.model}`, weaker[refused]);
      return true;
    },
  };
}

/** The part of the request body that asks for the format; empty for "none". */
export function responseFormat(format: ReplyFormat, name: string, schema: JsonObject): JsonObject {
  if (format === 'none') return {};
  if (format === 'json_object') return { response_format: { type: 'json_object' } };
  return { response_format: { type: 'json_schema', json_schema: { name, strict: false, schema } } };
}

const formatWords = /response_format|json[ _]schema|json_object|structured[ _]output|guided|grammar/i;

/** True when a refused request (400, 422 or 501) says that the reply format is what it refuses. */
export function isFormatRefusal(error: { status?: number | undefined; param?: unknown; message: string }): boolean {
  if (error.status !== 400 && error.status !== 422 && error.status !== 501) return false;
  return formatWords.test(`${String(error.param ?? '')} ${error.message}`);
}
