/** The writer of trajectory/tool-output: a schema of results for any document. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { readTool } from '../agent/tool-facts.ts';
import { asText } from '../json-text.ts';
import type { ReplyContext } from '../replies/context.ts';
import { isId, senseOf } from './call-sense.ts';

export function toolOutput({ inputs }: ReplyContext): JsonObject {
  const tool = readTool(inputs['tool'] ?? {});
  const { deed, type } = senseOf(tool.name, tool.reads);
  const plain = tool.parameters
    .filter(({ name, schema }) => !isId(name) && PLAIN.has(asText(schema['type'])))
    .slice(0, 6);
  const told = Object.fromEntries(
    plain.map(({ name, schema }) => [
      name,
      { type: asText(schema['type']), description: `The ${name} that was given.` },
    ]),
  );
  const entity: JsonObject = {
    type: 'object',
    properties: {
      id: { type: 'string', description: `Id of the ${type}.` },
      name: { type: 'string', description: `What people call the ${type}.` },
      status: { type: 'string', enum: ['open', 'active', 'done'], description: 'Where it stands.' },
      ...(deed === 'list' ? {} : told),
    },
    required: ['id', 'name', 'status'],
  };
  return {
    analysis: `A service with a ${type} in it gives that ${type} back.`,
    output_schema: schemaFor(deed, type, entity),
  };
}

const PLAIN = new Set(['string', 'number', 'integer', 'boolean']);

function schemaFor(deed: string, type: string, entity: JsonObject): Json {
  if (deed === 'list') {
    const list = { type: 'array', items: entity, description: 'Everything that fits.' };
    return { type: 'object', properties: { [`${type}s`]: list }, required: [`${type}s`] };
  }
  if (deed !== 'delete') return entity;
  const properties = {
    id: { type: 'string', description: `Id of the ${type} that is gone.` },
    deleted: { type: 'boolean', description: 'True when it is gone.' },
  };
  return { type: 'object', properties, required: ['id', 'deleted'] };
}
