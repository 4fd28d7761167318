/** What a call on a made-up server is about: the kind of thing, what happens to it, and which one is meant. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { wordsOf } from '../../../src/domain/tool-pool/tool-name.ts';
import { singular } from '../agent/words.ts';
import { asText } from '../json-text.ts';

export type Deed = 'list' | 'get' | 'make' | 'change' | 'delete';

export interface CallSense {
  readonly deed: Deed;
  /** Type of the entity, lower-case words joined by "_". */
  readonly type: string;
}

const DEEDS: readonly (readonly [Deed, ReadonlySet<string>])[] = [
  ['delete', new Set(['delete', 'remove', 'cancel', 'clear', 'drop', 'unlink'])],
  [
    'make',
    new Set([
      'create',
      'add',
      'new',
      'make',
      'book',
      'register',
      'submit',
      'insert',
      'post',
      'place',
      'order',
      'upload',
      'send',
    ]),
  ],
  ['list', new Set(['list', 'search', 'find', 'browse', 'filter', 'query', 'all'])],
  [
    'get',
    new Set(
      'get read show fetch lookup check describe view retrieve count calculate compute convert compare estimate'.split(
        ' ',
      ),
    ),
  ],
];
const FILLERS = new Set(
  'by details detail info information for of all in on with to from the my list results result data current'.split(' '),
);

/** Read from name alone: made-up servers have nothing else. */
export function senseOf(toolName: string, onlyReads: boolean): CallSense {
  const words = wordsOf(toolName);
  const at = words.findIndex((word) => ALL_VERBS.has(word));
  const found = DEEDS.find(([, verbs]) => verbs.has(words[at] ?? ''));
  // "order" is a deed in `order_pizza` and a thing in `get_order`: only the first such word is the deed.
  const nouns = words.filter((word, place) => place !== at && !FILLERS.has(word));
  const raw = nouns.at(-1) ?? 'record';
  const deed = found?.[0] ?? (onlyReads ? 'get' : 'change');
  const several = deed === 'get' && raw !== singular(raw);
  return { deed: readable(several ? 'list' : deed, onlyReads), type: typeName(nouns) };
}

const CHANGES = new Set(
  'update set edit modify change move rename approve reject complete close open start stop assign mark pay'.split(' '),
);

const ALL_VERBS = new Set([...DEEDS.flatMap(([, verbs]) => [...verbs]), ...CHANGES]);

function readable(deed: Deed, onlyReads: boolean): Deed {
  return onlyReads && deed !== 'list' ? 'get' : deed;
}

function typeName(nouns: readonly string[]): string {
  const name = nouns
    .slice(-2)
    .map(singular)
    .join('_')
    .replace(/[^a-z0-9_]/g, '');
  return /^[a-z]/.test(name) ? name.slice(0, 40) : 'record';
}

/** The id a call names: of the type itself, else any; undefined when it names none. */
export function namedId(args: JsonObject, type: string): string | undefined {
  const ids = Object.entries(args).filter(
    ([name, value]) => isId(name) && (typeof value === 'string' || typeof value === 'number'),
  );
  const [last = ''] = type.split('_').slice(-1);
  const own = ids.find(([name]) => wordsOf(name).map(singular).includes(last)) ?? ids.find(([name]) => name === 'id');
  const found = own ?? ids[0];
  return found === undefined ? undefined : asText(found[1]);
}

export function isId(name: string): boolean {
  return ['id', 'uuid', 'key'].includes(wordsOf(name).at(-1) ?? '');
}

/** Without an id, the values themselves tell one thing from another. */
export function idOfValues(args: JsonObject): string {
  const texts = Object.values(args)
    .filter((value: Json) => value !== null && typeof value !== 'object')
    .map(asText);
  const slug = texts
    .join('-')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return slug === '' ? 'main' : slug;
}
