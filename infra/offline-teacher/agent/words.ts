/** Words of texts and identifiers, brought to one form so that "Creates", "creating" and "create" meet. */

const PLAIN = new Set(
  (
    'a an the of for from to by with and or but if in on at it its this that these those there is are was were be been ' +
    'do does did can could would should will shall may might must have has had please i me my we our you your he she ' +
    'they them their us as than then into about after before during per each all any some not no which what who how ' +
    'when where why also just so very more most such only own same other via using use used given want need like ' +
    'help let get'
  ).split(' '),
);

/** A word without the endings that only grammar wants. */
export function stem(word: string): string {
  const bare = word.toLowerCase();
  if (bare.length <= 3) return bare;
  const cut = bare
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/([^su])s$/, '$1')
    .replace(/(.{3,})(?:ing|ed)$/, '$1');
  return cut.length > 3 ? cut.replace(/(.)\1$/, '$1').replace(/e$/, '') : cut;
}

/** Stems of the words of a text that carry meaning, in order, repeats kept; Han characters count in pairs. */
export function meaningfulStems(text: string): string[] {
  return allStems(text).filter((word) => !PLAIN.has(word) && (word.length > 1 || /\d/.test(word)));
}

/** The same with the small words: before a value, "from" and "to" are names. */
export function allStems(text: string): string[] {
  const apart = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/(\p{Script=Han}+)/gu, ' $1 ');
  const words = apart.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.flatMap((word) => (/\p{Script=Han}/u.test(word) ? hanPairs(word) : [plainOrStem(word.toLowerCase())]));
}

/** Small words stay as they are, so that they are known again. */
const plainOrStem = (word: string): string => (PLAIN.has(word) ? word : stem(word));

function hanPairs(word: string): string[] {
  const letters = Array.from(word);
  return letters.slice(0, -1).map((letter, at) => letter + (letters[at + 1] ?? ''));
}

/** Singular of an English noun, as far as an ending shows it. */
export function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}
