/**
 * Values for parameters when nobody gave one: by what their names and descriptions say. Used by whoever writes requests,
 * and by the agent for the inner fields of larger arguments.
 */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import type { Rng } from '../draws.ts';
import { between, pick } from '../draws.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { instanceOf } from '../replies/schema-instance.ts';
import type { Parameter, Tool } from './tool-facts.ts';

type Draw = (rng: Rng) => Json;

const any =
  (...items: readonly Json[]): Draw =>
  (rng) =>
    pick(rng, items);

/** First fit counts; the name is read before the description. */
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
  [/\bdate ?time\b|timestamp/, any('2026-03-14T09:30:00Z')],
  [/\bdate\b|\bday\b|due|deadline/, any('2026-03-14', '2026-05-02')],
  [/expression|formula/, any('12 * (3 + 4)', '(18 + 24) / 6', '7 * 8 + 5')],
  [/^(?:from|source) unit|^from\b.*unit|source unit/, any('km')],
  [/^(?:to|target) unit|^to\b.*unit|target unit/, any('m')],
  [/filing status/, any('single')],
  [/relationship type/, any('relates_to')],
  [/item type/, any('issue', 'todo')],
  [/branch type/, any('local')],
  [/revision|commit\b.*(?:sha|hash)|\btarget\b/, any('HEAD')],
  [/^files?\b/, any('notes.md')],
  [/old text|find text|search text|text to find|to search for/, any('draft')],
  [/new text|replace text|replacement/, any('final version')],
  [/^from\b/, any('Cedar')],
  [/^to\b/, any('Orchid')],
  [/directory|folder|\bdir\b/, any('notes')],
  [/branch/, any('feature-search')],
  [/repo(sitory)?\b/, any('repo')],
  [/\bcell\b|top-left|^at\b/, any('A1')],
  [/\brange\b/, any('A1:B3')],
  [/priority/, any('A', 'B')],
  [/new name/, any('Summary', 'Overview')],
  [/\bsheet\b/, any('Sheet1')],
  [/\btable\b/, any('items')],
  [/\bid\b/, any('1')],
  [/dtype|data type/, any('str')],
  [/columns?\b/, any('name')],
  [/currency/, any('EUR', 'USD')],
  [/\bcity\b|location|destination|place/, any('Lisbon', 'Kyoto', 'Toronto')],
  [/author|person|customer|\buser\b|owner|assignee/, any('Lena Ortiz', 'Tomas Brandt')],
  [/language/, any('en')],
  [/encoding/, any('utf-8')],
  [/delimiter/, any(',')],
  [/format/, any('json')],
  [/title|subject|heading/, any('Plan for the spring fair', 'Weekly report')],
  [/project/, any('garden')],
  [/context/, any('home')],
  [/\btags?\b|label/, any('urgent', 'review')],
  [/status/, any('done')],
  [/keyword|query|search|term/, any('draft', 'Cedar')],
  [/number|numeric|digits?\b/, any('1011', '79927398713')],
  [/\bname\b/, any('Orchid', 'Harbour Walk', 'Cedar')],
  [
    /message|comment|note|description|detail|content|\btext\b|insight|observation|reason/,
    any('The first draft is ready for review', 'A draft of the plan for Friday', 'The draft went to the small room'),
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
      return textFor(
        { name: words.join(' '), said: `${words.join(' ')} ${description.toLowerCase()}`, schema, tool },
        rng,
      );
  }
}

interface Wanted {
  /** Words of the name. */
  readonly name: string;
  /** Words of name and description. */
  readonly said: string;
  readonly schema: JsonObject;
  readonly tool: Pick<Tool, 'words' | 'description'>;
}

function textFor({ name, said, schema, tool }: Wanted, rng: Rng): Json {
  if (schema['format'] !== undefined || schema['pattern'] !== undefined) return instanceOf(schema, rng);
  const about = `${tool.words.join(' ')} ${tool.description.toLowerCase()}`;
  if (isSql(said, about)) return sqlFor(about, rng);
  if (isPlace(name, about)) return fileFor(name, about);
  if (/\bpattern\b/.test(name) && /\bregex|regular expression/.test(about)) return '[a-z]+';
  const text = wordsFor(name, said, rng);
  const longest = schema['maxLength'];
  return typeof longest === 'number' ? String(text).slice(0, longest) : text;
}

function wordsFor(name: string, said: string, rng: Rng): Json {
  const fit = (text: string): Draw | undefined => TEXTS.find(([pattern]) => pattern.test(text))?.[1];
  return fit(name)?.(rng) ?? exampleIn(said) ?? fit(said)?.(rng) ?? pick(rng, NAMES);
}

const NAMES = ['Orchid', 'Cedar', 'Harbour'];

function isSql(said: string, about: string): boolean {
  return /\bsql\b/.test(said) || (/\bquery\b/.test(said) && /\bsql\b|database|select\b/.test(about));
}

/** What a description gives as an example. */
function exampleIn(said: string): string | undefined {
  return /['"‘“]([^'"’”\n]{1,40})['"’”]/.exec(said)?.[1];
}

/** A place among files: by the parameter's name, or by the tool where the name only says which end of a move it is. */
function isPlace(name: string, about: string): boolean {
  if (/repo|url|image/.test(name)) return false;
  if (/\b(?:path|paths|file|filename|workbook|document)\b/.test(name)) return true;
  return /^(?:source|destination)\b/.test(name) && /\bfiles?\b/.test(about);
}

/** Name and copy of a file, by what the parameter and the tool are about; first fit counts. */
const FILES: readonly (readonly [pattern: RegExp, name: string, copy: string])[] = [
  [/^name:.*csv/, 'data.csv', 'copy.csv'],
  [/excel|workbook|xlsx|worksheet|\bsheet\b/, 'book.xlsx', 'copy.xlsx'],
  [/\btool:(?: \w+){0,2} csv/, 'data.csv', 'copy.csv'],
  [/\bword\b|docx/, 'report.docx', 'copy.docx'],
  [/presentation|pptx|slide/, 'talk.pptx', 'copy.pptx'],
  [/tool: create directory/, 'reports', 'reports'],
  [/tool:(?: \w+){0,2} (?:director|folder|tree)|tool: search/, 'notes', 'archive'],
];

function fileFor(name: string, about: string): string {
  const copy = /destination|output|new\b/.test(name);
  const found = FILES.find(([pattern]) => pattern.test(`name: ${name} tool: ${about}`));
  return (copy ? found?.[2] : found?.[1]) ?? (copy ? 'archive.txt' : 'notes.txt');
}

function sqlFor(about: string, rng: Rng): string {
  // One name, so that what is made in one step is met again in the next.
  const table = 'items';
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
  if (/how many|number of|quantity|\bcount\b/.test(said)) return between(rng, 2, 9);
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
        words: wordsOf(name),
        description: asText(schemaOf['description']),
        schema: schemaOf,
        required: true,
      };
      return [name, plausibleValue(field, tool, rng)];
    }),
  );
}
