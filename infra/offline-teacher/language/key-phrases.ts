/** What a text of any language talks about: dates, codes, numbers, names, and else its longest words. */

const INITIALS = new Set(
  (
    'A An The In On At Of For From To By With And Or But If When Where Which Who Whom Whose What Why How Is Are Was ' +
    'Were Do Does Did Can Could Would Should Will Has Have Had It Its This That These Those There Please Find Give ' +
    'Suppose Given Background Known Information Needed I You We They He She My Our Your'
  ).split(' '),
);
const PLAIN = new Set(
  (
    'what which who whom whose when where why how many much is are was were do does did can could would should will ' +
    'the a an of for from to by with and or but if in on at it its this that these those there have has had be been ' +
    'as than then into about between after before during per each all any some not no me my our your their his her'
  ).split(' '),
);

export interface KeyPhrases {
  /** ISO dates. */
  readonly dates: readonly string[];
  readonly codes: readonly string[];
  /** Numbers as printed, thousands separators kept. */
  readonly numbers: readonly string[];
  /** Quoted texts, then capitalised names, then runs of Han characters. */
  readonly names: readonly string[];
  /** Remaining content words, longest first. */
  readonly words: readonly string[];
}

/** Reads the phrases; the same text always gives the same lists, each without repetition. */
export function keyPhrases(text: string): KeyPhrases {
  const dates = all(text, /\b\d{4}-\d{2}-\d{2}\b/g);
  const codes = all(text, /\b[A-Z]{2,5}-?\d{2,}\b/g);
  const rest = [...dates, ...codes].reduce((left, found) => left.split(found).join(' | '), text);
  const quoted = all(rest, /["“”「『《]([^"“”「」『』《》]{2,60})["“”」』》]/g);
  const names = [...quoted, ...capitalised(rest), ...hanRuns(rest)];
  return {
    dates,
    codes,
    numbers: all(rest, /(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![\w.,])\d+(?:\.\d+)?(?!\w)/g),
    names: [...new Set(names)],
    words: contentWords(rest),
  };
}

function all(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => (match[1] ?? match[0]).trim()))];
}

function capitalised(text: string): string[] {
  const runs = text.match(/\p{Lu}[\p{L}\p{N}'’&.-]*(?:\s+(?:of\s+)?\p{Lu}[\p{L}\p{N}'’&-]*)*/gu) ?? [];
  return runs
    .map((run) => {
      const words = run.replace(/[.'’-]+$/u, '').split(/\s+/);
      while (words.length > 0 && INITIALS.has(words[0] ?? '')) words.shift();
      return words.join(' ');
    })
    .filter((run) => run.length > 2);
}

const HAN_BREAKS = /[的了是在有和与或及从到为对于把被将请问哪什么多少几谁吗呢若如果查出计算需要一个]+/u;

function hanRuns(text: string): string[] {
  const runs = text.match(/\p{Script=Han}{2,}/gu) ?? [];
  return runs.flatMap((run) => run.split(HAN_BREAKS)).filter((part) => part.length >= 2 && part.length <= 12);
}

function contentWords(text: string): string[] {
  const words = text.match(/[\p{L}][\p{L}\p{M}'’-]{2,}/gu) ?? [];
  const kept = [...new Set(words)].filter((word) => !PLAIN.has(word.toLowerCase()));
  return kept.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}
