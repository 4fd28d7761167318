/** Texts for a string schema: formats, lengths and simple patterns. */

import type { JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, pick } from '../draws.ts';
import { asText } from '../json-text.ts';

const WORDS = 'steady plain record result value sample note check item entry brief report'.split(' ');
const FORMATS: { readonly [format: string]: string } = {
  date: '2026-03-14',
  'date-time': '2026-03-14T09:26:53Z',
  time: '09:26:53Z',
  email: 'someone@example.org',
  uri: 'https://example.org/item',
  url: 'https://example.org/item',
  uuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  ipv4: '192.0.2.7',
  ipv6: '2001:db8::7',
  hostname: 'example.org',
  duration: 'P1D',
};

/** A text that fits format, pattern and lengths; a pattern beyond simple classes and repeats may be missed. */
export function textFor(schema: JsonObject, rng: Rng): string {
  const pattern = schema['pattern'];
  const format = FORMATS[asText(schema['format'])];
  if (format !== undefined) return format;
  if (typeof pattern === 'string') return fromPattern(pattern, rng);
  let text = `${pick(rng, WORDS)} ${pick(rng, WORDS)}`;
  const low = Number(schema['minLength'] ?? 0);
  while (text.length < low) text += ` ${pick(rng, WORDS)}`;
  const high = schema['maxLength'];
  return typeof high === 'number' ? text.slice(0, Math.max(high, 0)) : text;
}

const ATOM = /\\.|\[(?:\\.|[^\]])+\]|\((?:\?:)?((?:[^()]|\([^()]*\))*)\)|\.|[^\\[\]().*+?{}^$|]/y;
const REPEAT = /\*|\+|\?|\{(\d+)(?:,(\d*))?\}/y;

function fromPattern(pattern: string, rng: Rng): string {
  const source = firstBranch(pattern.replace(/^\^/, '').replace(/\$$/, ''));
  let text = '';
  for (let at = 0; at < source.length; ) {
    ATOM.lastIndex = at;
    const atom = ATOM.exec(source);
    if (atom === null) return text;
    at = ATOM.lastIndex;
    REPEAT.lastIndex = at;
    const repeat = REPEAT.exec(source);
    if (repeat !== null) at = REPEAT.lastIndex;
    const times = repeat === null ? 1 : timesOf(repeat, rng);
    for (let n = 0; n < times; n++) text += atom[1] === undefined ? oneOf(atom[0], rng) : fromPattern(atom[1], rng);
  }
  return text;
}

function timesOf(repeat: RegExpExecArray, rng: Rng): number {
  if (repeat[0] === '?') return between(rng, 0, 1);
  if (repeat[0] === '*' || repeat[0] === '+') return between(rng, 1, 3);
  const low = Number(repeat[1]);
  return repeat[2] === undefined ? low : between(rng, low, repeat[2] === '' ? low + 2 : Number(repeat[2]));
}

function firstBranch(pattern: string): string {
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '(' || pattern[at] === '[') depth++;
    else if (pattern[at] === ')' || pattern[at] === ']') depth--;
    else if (pattern[at] === '|' && depth === 0) return pattern.slice(0, at);
  }
  return pattern;
}

const CLASSES: { readonly [atom: string]: string } = {
  '\\d': '0-9',
  '\\w': 'a-z',
  '\\s': ' ',
  '.': 'a-z',
  '\\D': 'a-z',
  '\\S': 'a-z',
};

function oneOf(atom: string, rng: Rng): string {
  const inner = CLASSES[atom] ?? (atom.startsWith('[') ? atom.slice(1, -1) : undefined);
  if (inner === undefined) return atom.replace(/^\\/, '');
  if (inner.startsWith('^'))
    return pick(
      rng,
      'a b c x y z 0 1 9'.split(' ').filter((letter) => !new RegExp(`[${inner.slice(1)}]`).test(letter)),
    );
  const [, from, to] = /([^\\])-([^\]])/.exec(inner.replace('\\d', '0-9').replace('\\w', 'a-z')) ?? [];
  if (from === undefined || to === undefined) return inner.replace(/^\\/, '')[0] ?? 'a';
  return String.fromCharCode(between(rng, from.charCodeAt(0), to.charCodeAt(0)));
}
