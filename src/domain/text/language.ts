/**
 * Which language a text can be in (method §7.4, §8.1; ours). Only the script is certain, so only a clearly other
 * script refuses a text; everything finer is a flag for people. Foreign names inside a text are normal.
 */

const scripts = {
  Latin: /\p{Script=Latin}/gu,
  Han: /\p{Script=Han}/gu,
  Kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  Hangul: /\p{Script=Hangul}/gu,
  Cyrillic: /\p{Script=Cyrillic}/gu,
  Arabic: /\p{Script=Arabic}/gu,
  Devanagari: /\p{Script=Devanagari}/gu,
  Thai: /\p{Script=Thai}/gu,
  Greek: /\p{Script=Greek}/gu,
  Hebrew: /\p{Script=Hebrew}/gu,
} as const;

export type Script = keyof typeof scripts;

const scriptsOfLanguage: Readonly<Record<string, readonly Script[]>> = {
  zh: ['Han'],
  ja: ['Kana', 'Han'],
  ko: ['Hangul', 'Han'],
  ru: ['Cyrillic'],
  uk: ['Cyrillic'],
  bg: ['Cyrillic'],
  be: ['Cyrillic'],
  mk: ['Cyrillic'],
  sr: ['Cyrillic', 'Latin'],
  kk: ['Cyrillic', 'Latin'],
  ar: ['Arabic'],
  fa: ['Arabic'],
  ur: ['Arabic'],
  hi: ['Devanagari'],
  mr: ['Devanagari'],
  ne: ['Devanagari'],
  th: ['Thai'],
  el: ['Greek'],
  he: ['Hebrew'],
};

const languageOfScript: Readonly<Record<Script, string | undefined>> = {
  Latin: undefined,
  Han: 'zh',
  Kana: 'ja',
  Hangul: 'ko',
  Cyrillic: 'ru',
  Arabic: 'ar',
  Devanagari: 'hi',
  Thai: 'th',
  Greek: 'el',
  Hebrew: 'he',
};

/** Letters that carry a script below which nothing is concluded. */
const fewestLetters = 8;
/** Share of letters in the language's own script below which the text is clearly in another one. */
const clearlyOther = 0.05;

/** Number of letters per script, scripts that do not occur left out. */
export function countScripts(text: string): Map<Script, number> {
  const counts = new Map<Script, number>();
  for (const [script, pattern] of Object.entries(scripts)) {
    const count = text.match(pattern)?.length ?? 0;
    // The keys of `scripts` are its Script names by definition.
    if (count > 0) counts.set(script as Script, count);
  }
  return counts;
}

export type LanguageFit = 'fits' | 'flagged' | 'other_script';

/**
 * Whether a text can be in a language (ISO 639-1, with or without a region): `other_script` when hardly a letter is in
 * its script, `flagged` when most are not, `fits` otherwise and for texts too short to tell. Unknown languages are
 * taken as written in Latin letters.
 */
export function languageFit(text: string, language: string): LanguageFit {
  const counts = countScripts(text);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total < fewestLetters) return 'fits';
  const expected = scriptsOfLanguage[baseLanguage(language)] ?? ['Latin'];
  const own = expected.reduce((sum, script) => sum + (counts.get(script) ?? 0), 0);
  if (own / total < clearlyOther) return 'other_script';
  // One Chinese character says about as much as three Latin letters: a few foreign names are no reason to flag.
  return own * 3 < total - own ? 'flagged' : 'fits';
}

/** The language of a text as far as its script tells; `fallback` for Latin letters and when the fallback fits. */
export function detectLanguage(text: string, fallback: string): string {
  if (languageFit(text, fallback) !== 'other_script') return fallback;
  const counts = countScripts(text);
  if ((counts.get('Kana') ?? 0) > 0) return 'ja';
  const [script] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return (script && languageOfScript[script]) ?? 'en';
}

function baseLanguage(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? language;
}
