/**
 * What a request shows of tools (method §4.1): of those it is about the whole document, of the others the name, the
 * description and what they require. The original shows names and descriptions alone.
 */
import { sliceCount, toolSlice } from '../graph/slices.ts';
import type { Json, JsonObject } from '../json.ts';
import type { PoolServer, PoolTool } from '../tool-pool/schema.ts';

/** Characters of a description in a list, and in a document. */
const briefText = 400;
const longText = 4_000;
/** Of each file that a service begins with. */
const heldText = 600;

/** The service, and what it holds before anybody works with it: a task may rest on that and on nothing else. */
export function headOf({ name, title, description, domain, reach }: PoolServer): Json {
  const head = { name, title, description, domain };
  if (reach.kind !== 'stdio') return head;
  const { folders, files, repositories } = reach.state;
  const texts = Object.entries(files).map(([path, text]) => [path, text.slice(0, heldText)] as const);
  if (texts.length + folders.length + repositories.length === 0) return head;
  return { ...head, holds: { folders, repositories, files: Object.fromEntries(texts) } };
}

/** The tools of a server as one sample sees them: of a large server each sees another part. */
export function toolsForFree(server: PoolServer, sample: number): readonly PoolTool[] {
  return toolSlice(server, { sample, slice: sample % sliceCount(server) });
}

/** Name, description, and the required parameters with what their values have to be. */
export function briefTools(tools: readonly PoolTool[]): Json {
  return tools.map(({ name, description, parameters }) => ({
    name,
    description: description.slice(0, briefText),
    required: requiredTypes(parameters),
  }));
}

/** Whole documents, in the order of the names; fails with RangeError for one that the server does not have. */
export function toolDocuments(server: PoolServer, names: readonly string[]): Json {
  return names.map((name) => {
    const tool = server.tools.find((one) => one.name === name);
    if (tool === undefined) throw new RangeError(`${server.name} has no tool "${name}" that its task names`);
    const { description, parameters, output } = tool;
    // A pool tool was parsed from JSON: its loose fields hold JSON values only.
    const document = { name, description: description.slice(0, longText), parameters } as JsonObject;
    return output === undefined ? document : { ...document, result: output as Json };
  });
}

/** Of each required parameter what its values have to be; a large schema is cut to what a single value needs. */
function requiredTypes({ required, properties }: PoolTool['parameters']): JsonObject {
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  const schemas = (properties ?? {}) as JsonObject; // a pool tool's parameters are of type object
  return Object.fromEntries(names.map((name) => [name, valueWords(schemas[name])]));
}

const shownWords = ['type', 'enum', 'format', 'minimum', 'maximum', 'pattern', 'description'];
const longestNote = 200;
/** Characters up to which a schema is shown whole. */
const smallSchema = 600;

function valueWords(schema: Json | undefined): JsonObject {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return {};
  const whole = schema as JsonObject; // no list
  if (JSON.stringify(whole).length <= smallSchema) return whole;
  const words = Object.entries(whole).filter(([word]) => shownWords.includes(word));
  return Object.fromEntries(
    words.map(([word, value]) => [word, typeof value === 'string' ? value.slice(0, longestNote) : value]),
  );
}
