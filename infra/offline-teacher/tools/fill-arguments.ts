/** The arguments a question gives for a tool's document, whoever wrote the document. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import type { AskedQuestion, Frame } from '../questions/frame.ts';

export interface ToolShape {
  readonly name: string;
  readonly description: string;
  /** In the document's order. */
  readonly parameters: readonly { readonly name: string; readonly schema: JsonObject; readonly required: boolean }[];
}

/** Reads a tool document, wrapped as {function} or not; anything missing is empty. */
export function toolShape(block: Json | undefined): ToolShape {
  const outer = asObject(block);
  const tool = asObject(outer['function'] ?? outer['tool'] ?? outer);
  const parameters = asObject(tool['parameters']);
  const required = new Set(asList(parameters['required']).map(asText));
  return {
    name: asText(tool['name']) || 'tool',
    description: asText(tool['description']),
    parameters: Object.entries(asObject(parameters['properties'])).map(([name, schema]) => ({
      name,
      schema: asObject(schema),
      required: required.has(name),
    })),
  };
}

/** Values for the required parameters; undefined when the question gives none for one of them. */
export function fillArguments(
  tool: ToolShape,
  asked: AskedQuestion,
  frame: Frame,
): { [name: string]: Json } | undefined {
  const pool = valuePool(asked);
  const args: { [name: string]: Json } = {};
  for (const { name, schema, required } of tool.parameters) {
    const slot = frame.slots.find((one) => one.name === name);
    if (!required && (slot?.value === undefined || frame.kind === undefined)) continue;
    const value = slot?.value ?? guess(schema, asked, pool);
    if (value === undefined) return undefined;
    args[name] = value;
  }
  return args;
}

interface Pool {
  readonly texts: string[];
  readonly numbers: number[];
  readonly dates: string[];
}

function valuePool({ question, known }: AskedQuestion): Pool {
  const found = keyPhrases(question);
  const answers = known.map((pair) => pair.answer).filter((answer) => answer !== '');
  const read = answers.map((answer) => keyPhrases(answer));
  return {
    texts: [...found.names, ...answers, ...found.codes, ...found.words],
    numbers: [...found.numbers, ...read.flatMap((one) => one.numbers)].map((text) => Number(text.replaceAll(',', ''))),
    dates: [...found.dates, ...read.flatMap((one) => one.dates)],
  };
}

/** The first value of the pool that suits the parameter; each is used once, the last again and again. */
function guess(schema: JsonObject, asked: AskedQuestion, pool: Pool): Json | undefined {
  const choices = asList(schema['enum']);
  if (choices.length > 0) return choices.find((choice) => mentions(asked, asText(choice))) ?? choices[0];
  const guesser = GUESSERS[asText(schema['type'])] ?? guessText;
  return guesser(schema, asked, pool);
}

type Guesser = (schema: JsonObject, asked: AskedQuestion, pool: Pool) => Json | undefined;

const guessNumber: Guesser = (schema, _, pool) => takeNumber(schema, pool);
const guessText: Guesser = (schema, asked, pool) =>
  schema['format'] === 'date' ? take(pool.dates) : (take(pool.texts) ?? (asked.question.slice(0, 60) || undefined));
const GUESSERS: { readonly [type: string]: Guesser } = {
  number: guessNumber,
  integer: guessNumber,
  boolean: () => true,
  array: guessList,
  object: () => ({}),
};

function mentions({ question, known }: AskedQuestion, word: string): boolean {
  const text = [question, ...known.map((pair) => pair.answer)].join('\n');
  return text.toLowerCase().includes(word.toLowerCase());
}

function guessList(schema: JsonObject, asked: AskedQuestion, pool: Pool): Json | undefined {
  const item = guess(asObject(schema['items']), asked, pool);
  return item === undefined ? undefined : [item];
}

function takeNumber(schema: JsonObject, pool: Pool): number | undefined {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const fits = (value: number): boolean =>
    value >= Number(minimum) && value <= Number(maximum) && (schema['type'] !== 'integer' || Number.isInteger(value));
  const at = pool.numbers.findIndex(fits);
  return at < 0 ? undefined : pool.numbers.splice(at, 1)[0];
}

const take = <T>(items: T[]): T | undefined => (items.length > 1 ? items.shift() : items[0]);
