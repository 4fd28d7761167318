/** Questions from kinds, and kinds from questions: one template serves both ways. */
import { withoutOpening } from '../language/openings.ts';
import type { Kind } from './kind.ts';
import type { SlotType } from './slot-types.ts';
import { NOUNS } from './slot-types.ts';

export type Speech = 'en' | 'zh';

/** The language of the templates for a language: Chinese or else English. */
export function speechOf(language: string): Speech {
  return language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

const FRAMES: { readonly [S in Speech]: readonly string[] } = {
  en: ['What is {}?', 'Please find {}.', 'Could you tell me {}?'],
  zh: ['{}是什么？', '请查出{}。', '请告诉我{}。'],
};

/** The noun phrase with its slots filled. */
export function fillPhrase(kind: Kind, speech: Speech, slots: { readonly [name: string]: string }): string {
  const text = kind.phrase[speech].replace(/\{(\w+)\}/g, (_, name: string) =>
    speech === 'zh' ? spaced(slots[name] ?? '') : (slots[name] ?? ''),
  );
  return text.trim();
}

/** A space between Han characters and letters or digits, as Chinese print has it. */
function spaced(text: string): string {
  const before = /^[\p{Script=Latin}\d]/u.test(text) ? ' ' : '';
  return `${before}${text}${/[\p{Script=Latin}\d%]$/u.test(text) ? ' ' : ''}`;
}

/** A whole question around a noun phrase; `style` chooses among a few. */
export function ask(phrase: string, speech: Speech, style: number): string {
  const indirect = phrase.startsWith('whether ') ? 'Please find {}.' : undefined;
  const frames = FRAMES[speech];
  const frame = indirect ?? frames[style % frames.length] ?? '{}';
  return frame.replace('{}', () => (speech === 'zh' ? spaced(phrase) : phrase)).trim();
}

/** How a sub-question names an earlier answer; `place` counts the dependencies when there is more than one. */
export function reference(type: SlotType, speech: Speech, place?: number): string {
  const noun = NOUNS[type][speech];
  if (speech === 'zh') return place === undefined ? `该${noun}` : `第${'一二三四五'[place] ?? place + 1}个${noun}`;
  return place === undefined ? `that ${noun}` : `the ${['first', 'second', 'third', 'fourth', 'fifth'][place]} ${noun}`;
}

const nouns = (speech: Speech): string =>
  Object.values(NOUNS)
    .map((noun) => noun[speech])
    .join('|');
const EN_REFERENCE = new RegExp(`^(?:that|the (first|second|third|fourth|fifth)) (?:${nouns('en')})$`);
const ZH_REFERENCE = new RegExp(`^(?:该|第([一二三四五])个)(?:${nouns('zh')})$`);

/** Which earlier answer (0-based) a slot's text names; undefined when it names none. */
export function referredPlace(slotText: string): number | undefined {
  const en = EN_REFERENCE.exec(slotText);
  if (en !== null) return Math.max(0, ['first', 'second', 'third', 'fourth', 'fifth'].indexOf(en[1] ?? 'first'));
  const zh = ZH_REFERENCE.exec(slotText);
  return zh === null ? undefined : Math.max(0, '一二三四五'.indexOf(zh[1] ?? '一'));
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The noun phrase inside a question of one of our frames, for each frame that fits. */
function innerPhrases(question: string): string[] {
  const fits = [...FRAMES.en, ...FRAMES.zh].map((frame) => {
    const [before = '', after = ''] = frame.split('{}');
    return question.startsWith(before) && question.endsWith(after)
      ? question.slice(before.length, question.length - after.length).trim()
      : undefined;
  });
  return fits.filter((phrase) => phrase !== undefined && phrase !== '').map(String);
}

const patternsOf = new WeakMap<Kind, readonly RegExp[]>();

/** The kind's templates as patterns, one named group a slot; made once. */
function patterns(kind: Kind): readonly RegExp[] {
  const known = patternsOf.get(kind);
  if (known !== undefined) return known;
  const made = [kind.phrase.en, kind.phrase.zh].map((phrase) => {
    const parts = phrase.split(/(\{\w+\})/);
    const sources = parts.map((part) => (/^\{\w+\}$/.test(part) ? `(?<${part.slice(1, -1)}>.+?)` : escape(part)));
    return new RegExp(`^${sources.join('')}$`, 's');
  });
  patternsOf.set(kind, made);
  return made;
}

/** The slot texts when the question asks for this kind, else undefined. */
export function matchKind(kind: Kind, question: string): { [name: string]: string } | undefined {
  for (const phrase of innerPhrases(withoutOpening(question.trim()))) {
    for (const pattern of patterns(kind)) {
      const match = pattern.exec(phrase);
      if (match?.groups !== undefined) return trimmed(match.groups);
    }
  }
  return undefined;
}

const trimmed = (groups: { readonly [name: string]: string }): { [name: string]: string } =>
  Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, text.trim()]));
