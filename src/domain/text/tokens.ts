/**
 * How texts become comparable (method §8.0; ours): Unicode-normalised, case-folded, cut into tokens.
 * Scripts written without spaces give one token per character; numbers keep their inner separators, so that
 * "2" is never found inside "2.5", "25" or "x25y".
 */

const superscripts = /[⁰¹²³⁴⁵⁶⁷⁸⁹]+/gu;
const spaceless =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const token = new RegExp(
  `[${spaceless}]\\p{M}*|\\p{Nd}+(?:[.,:/-]\\p{Nd}+)+|(?:(?![${spaceless}])[\\p{L}\\p{M}\\p{N}_])+[+#]*`,
  'gu',
);
const spacelessRun = new RegExp(`^[${spaceless}\\p{M}]+$`, 'u');
const spacelessRuns = new RegExp(`[${spaceless}\\p{M}]+`, 'gu');
const syllables = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** Compatibility-normalised, lower-case, single-spaced text; superscripts keep their meaning ("10²" is "10^2"). */
export function normaliseText(text: string): string {
  return text
    .replace(superscripts, (digits) => `^${digits}`)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('\u2212', '-')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

/** The words and numbers of a text, normalised; punctuation is dropped and thousands separators are removed. */
export function tokenise(text: string): string[] {
  const tokens = normaliseText(text).match(token) ?? [];
  return tokens.map((item) => (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(item) ? item.replaceAll(',', '') : item));
}

/** Tokens as one text in which a sequence of tokens is found by `includes` of its own fenced text. */
export function fenceTokens(tokens: readonly string[]): string {
  return `\u0001${tokens.join('\u0001')}\u0001`;
}

/** True for a text written only in a script without spaces, such as Chinese. */
export function isSpaceless(text: string): boolean {
  return spacelessRun.test(text);
}

/** The stretches of a text that are written in a script without spaces, normalised: what punctuation leaves together. */
export function spacelessParts(text: string): string[] {
  return normaliseText(text).match(spacelessRuns) ?? [];
}

/** Length of a text by what it tells: a Chinese, Japanese or Korean character says as much as two letters. */
export function letterCount(text: string): number {
  return Array.from(text).length + (text.match(syllables)?.length ?? 0);
}

/**
 * A text cut only at spaces and sentence punctuation: "AC/DC", "C++" and "A-1" stay whole, so that very short
 * answers are compared with nothing smaller.
 */
export function coarseTokens(text: string): string[] {
  return normaliseText(text)
    .split(/[\s,;:!?()[\]{}"“”|=、。；「」『』《》【】〈〉…]+/u)
    .map(withoutMarks)
    .filter((item) => item !== '');
}

/** Without quotes around it and full stops after it; a loop, because a pattern anchored at the end would look from every start. */
function withoutMarks(token: string): string {
  let [start, end] = [0, token.length];
  while (start < end && token[start] === "'") start++;
  while (end > start && (token[end - 1] === '.' || token[end - 1] === "'")) end--;
  return token.slice(start, end);
}
