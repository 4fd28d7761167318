/**
 * Which words of an answer are other ones each time the same call is made (ours): generated ids, moments, durations.
 * Everything else is content. Judged by form only, so a small random number or a random sentence counts as content.
 */

/** id and moment stand for one thing throughout a session; passing ones are worth nothing afterwards. */
export type TokenKind = 'id' | 'moment' | 'passing' | 'word';

export interface Token {
  readonly text: string;
  readonly kind: TokenKind;
  /** Position in its text. */
  readonly at: number;
}

const day = String.raw`\d{4}-\d{2}-\d{2}`;
const clock = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?`;
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const patterns = {
  uuid: String.raw`(?<![0-9A-Za-z])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9A-Za-z])`,
  moment: String.raw`\b1\d{9}\.\d+|${day}[T ]${clock}(?:Z|[+-]\d{2}:?\d{2})?|(?:\w{3},? )?(?:\d{1,2} ${month} \d{4}|${month} \d{1,2}(?:,? \d{4})?) ${clock}(?: GMT(?:[+-]\d{4})?| \d{4})?`,
  day,
  clock: String.raw`${clock}(?: ?[AP]M)?(?!\d)`,
  duration: String.raw`(?:elapsed|duration|took|latency|(?:execution|processing|response)[_ ]?time|uptime)\w*\W{1,4}\d+(?:\.\d+)?|\d+(?:\.\d+)? ?(?:ms|µs|us|ns|milliseconds|seconds|secs?)\b`,
  port: String.raw`(?<=(?:127\.0\.0\.1|localhost):)\d{4,5}`,
  dashedHex: String.raw`(?<![0-9A-Za-z])[0-9a-f]{6,}(?:-[0-9a-f]{2,})+(?![0-9A-Za-z])`,
  run: '[0-9A-Za-z]+',
} as const;
const anyToken = Object.entries(patterns)
  .map(([name, pattern]) => `(?<${name}>${pattern})`)
  .join('|');
const letterAndDigit = /[a-z]\d|\d[a-z]/gi;
const longNumber = /^\d{8,}$/;
const hexadecimal = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}$/i;

/** The tokens of a text from left to right; what lies between them is punctuation and blanks. */
export function tokensOf(text: string): Token[] {
  const found = text.matchAll(new RegExp(anyToken, 'giu'));
  return [...found].map((match) => ({ text: match[0], at: match.index, kind: kindOf(match) }));
}

function kindOf({ groups = {}, 0: text }: RegExpMatchArray): TokenKind {
  if (groups['uuid'] !== undefined || groups['dashedHex'] !== undefined) return 'id';
  if (groups['moment'] !== undefined) return 'moment';
  if (groups['run'] === undefined) return 'passing';
  return kindOfRun(text);
}

/** Numbers of many digits, hexadecimal text, and letters and digits in turns; "sheet12" and "Q3" are words. */
function kindOfRun(run: string): TokenKind {
  if (/^(?:1\d{9}|1\d{12})$/.test(run)) return 'moment';
  const turns = run.match(letterAndDigit)?.length ?? 0;
  return longNumber.test(run) || hexadecimal.test(run) || (run.length >= 8 && turns >= 2) ? 'id' : 'word';
}

/** The text with every token for which there is another one replaced by it. */
export function replaceTokens(text: string, by: ReadonlyMap<string, string>): string {
  if (by.size === 0) return text;
  return text.replaceAll(new RegExp(anyToken, 'giu'), (token) => by.get(token) ?? token);
}
