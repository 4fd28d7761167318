/**
 * Values for parameters when nobody gave one: by what their names and descriptions say. Used by whoever writes requests,
 * and by the agent for the inner fields of larger arguments.
 */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, pick } from '../draws.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { instanceOf } from '../replies/schema-instance.ts';
import type { Parameter, Tool } from './tool-facts.ts';
import { identifierWords } from './words.ts';

type Draw = (rng: Rng) => Json;

const any =
  (...items: readonly Json[]): Draw =>
  (rng) =>
    pick(rng, items);

/** First fit counts. Read against name and description of the parameter, then the tool. */
const TEXTS: readonly (readonly [RegExp, Draw])[] = [
  [/time ?zone|\btz\b/, any('Europe/Berlin', 'Asia/Tokyo', 'America/New_York', 'UTC')],
  [/\burl\b|\buri\b|link/, any('https://example.org/docs/start?page=2')],
  [/e-?mail/, any('lena.ortiz@example.org')],
  [/\bcidr\b/, any('192.168.1.0/24')],
  [/\bip\b/, any('192.168.1.10')],
  [/\bcolou?r\b/, any('#3366cc', '#228833')],
  [/\bcron\b/, any('0 9 * * 1')],
  [/semver|version/, any('1.4.2', '2.0.1')],
  [/regex|regular expression/, any('[0-9]+')],
  [/glob|\bpattern\b/, any('*.txt')],
  [/24-hour|hh:mm/, any('14:30', '09:15')],
  [/\bdate\b|\bday\b|due|deadline/, any('2026-03-14', '2026-05-02')],
  [/expression|formula/, any('12 * (3 + 4)', '(18 + 24) / 6', '7 * 8 + 5')],
  [/directory|folder|\bdir\b/, any('notes', 'reports')],
  [/branch/, any('feature-search', 'fix-typo')],
  [/repo(sitory)?\b/, any('repo')],
  [/\bcell\b|top-left/, any('A1', 'B2')],
  [/\brange\b/, any('A1:B3')],
  [/priority/, any('A', 'B')],
  [/\bsheet\b/, any('Sheet1')],
  [/currency/, any('EUR', 'USD')],
  [/\bcity\b|location|destination|place/, any('Lisbon', 'Kyoto', 'Toronto')],
  [/author|person|customer|\buser\b|owner|assignee/, any('Lena Ortiz', 'Tomas Brandt')],
  [/language/, any('en')],
  [/encoding/, any('utf-8')],
  [/format/, any('json')],
  [/title|subject|heading/, any('Plan for the spring fair', 'Weekly report')],
  [/project/, any('garden')],
  [/context/, any('home')],
  [/\btags?\b|label/, any('urgent', 'review')],
  [/keyword|query|search|term/, any('report', 'garden')],
  [/\bname\b/, any('Orchid', 'Harbour Walk', 'Cedar')],
  [
    /message|comment|note|description|detail|content|\btext\b|insight|observation|reason/,
    any('The first draft is ready for review', 'Order new seedlings before Friday', 'Meeting moved to the small room'),
  ],
];

/** A sensible value for a parameter of a tool; fits the schema where its words are common ones. */
export function plausibleValue(parameter: Parameter, tool: Pick<Tool, 'words' | 'description'>, rng: Rng): Json {
  const { schema, words, description } = parameter;
  const choices = asList(schema['enum']);
  if (choices.length > 0) return pick(rng, choices);
  if (schema['const'] !== undefined) return schema['const'];
  switch (asText(schema['type'])) {
    case 'integer':
    case 'number':
      return numberFor(parameter, rng);
    case 'boolean':
      return false;
    case 'array':
      return listFor(parameter, tool, rng);
    case 'object':
      return objectFor(schema, tool, rng);
    default:
      return textFor({ said: `${words.join(' ')} ${description.toLowerCase()}`, schema, tool }, rng);
  }
}

interface Wanted {
  /** Words of name and description. */
  readonly said: string;
  readonly schema: JsonObject;
  readonly tool: Pick<Tool, 'words' | 'description'>;
}

function textFor({ said, schema, tool }: Wanted, rng: Rng): Json {
  if (schema['format'] !== undefined || schema['pattern'] !== undefined) return instanceOf(schema, rng);
  const about = `${tool.words.join(' ')} ${tool.description.toLowerCase()}`;
  if (isSql(said, about)) return sqlFor(about, rng);
  if (/\b(path|file|filename|workbook|document)\b/.test(said)) return fileFor(said, about);
  const text = TEXTS.find(([pattern]) => pattern.test(said))?.[1](rng) ?? exampleIn(said) ?? pick(rng, NAMES);
  const longest = schema['maxLength'];
  return typeof longest === 'number' ? String(text).slice(0, longest) : text;
}

const NAMES = ['Orchid', 'Cedar', 'Harbour'];

function isSql(said: string, about: string): boolean {
  return /\bsql\b/.test(said) || (/\bquery\b/.test(said) && /\bsql\b|database|select\b/.test(about));
}

/** What a description gives as an example. */
function exampleIn(said: string): string | undefined {
  return /['"‘“]([^'"’”\n]{1,40})['"’”]/.exec(said)?.[1];
}

function fileFor(said: string, about: string): string {
  if (/\.?csv/.test(said)) return 'data.csv';
  if (/excel|workbook|xlsx/.test(`${said} ${about}`)) return 'book.xlsx';
  if (/word|docx/.test(about)) return 'report.docx';
  if (/presentation|pptx|slide/.test(about)) return 'talk.pptx';
  return /director|folder/.test(about) && !/file/.test(about) ? 'notes' : 'notes.txt';
}

function sqlFor(about: string, rng: Rng): string {
  const table = pick(rng, ['items', 'plants', 'books']);
  if (/create/.test(about)) return `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER)`;
  if (/insert|write|update/.test(about))
    return `INSERT INTO ${table} (name, amount) VALUES ('Cedar', ${between(rng, 2, 9)})`;
  return /sqlite/.test(about)
    ? `SELECT name FROM sqlite_master WHERE type = 'table'`
    : `SELECT ${between(rng, 3, 9)} * 7 AS product`;
}

function numberFor({ words, schema, description }: Parameter, rng: Rng): Json {
  const said = `${words.join(' ')} ${description.toLowerCase()}`;
  const bounded = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].some(
    (word) => schema[word] !== undefined,
  );
  if (bounded) return instanceOf(schema, rng);
  if (/index|offset/.test(said)) return 0;
  if (/percent|rate|pct/.test(said)) return schema['type'] === 'integer' ? 5 : 6.5;
  if (/year|month|term|life/.test(said)) return between(rng, 3, 20);
  if (/salary|income|revenue|cost|price|amount|principal|balance/.test(said)) return between(rng, 12, 90) * 1000;
  return between(rng, 1, 9);
}

function listFor(parameter: Parameter, tool: Pick<Tool, 'words' | 'description'>, rng: Rng): Json {
  const items = asObject(parameter.schema['items']);
  const one: Parameter = { ...parameter, schema: Object.keys(items).length === 0 ? { type: 'string' } : items };
  const fewest = Number(parameter.schema['minItems'] ?? 1);
  return Array.from({ length: Math.max(1, fewest) }, () => plausibleValue(one, tool, rng));
}

function objectFor(schema: JsonObject, tool: Pick<Tool, 'words' | 'description'>, rng: Rng): Json {
  const required = new Set(asList(schema['required']).map(asText));
  const inner = Object.entries(asObject(schema['properties'])).filter(
    ([name]) => required.size === 0 || required.has(name),
  );
  return Object.fromEntries(
    inner.map(([name, value]) => {
      const schemaOf = asObject(value);
      const field = {
        name,
        words: identifierWords(name),
        description: asText(schemaOf['description']),
        schema: schemaOf,
        required: true,
      };
      return [name, plausibleValue(field, tool, rng)];
    }),
  );
}
