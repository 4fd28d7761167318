/** Invented names and figures: no list of real ones, so an answer is never something a reader already knows. */

import type { Rng } from '../draws.ts';
import { between, chance, pick } from '../draws.ts';
import type { SlotType } from '../questions/slot-types.ts';

const en = {
  start: 'Vel Mar Tor Ash Bel Cor Dun Fen Gal Har Kel Lin Mor Nor Pel Quil Ros Sel Tam Ul Wes Yar Zan Bri'.split(' '),
  middle: 'a e i o en or al is an ur'.split(' '),
  place: 'mora wick dale berg stad haven ridge ford mere gate combe holm'.split(' '),
  person: 'well sen ström mann ova etti ard quist aine ero'.split(' '),
  group: 'Guild Trust Union Circle Alliance Collective Bureau Syndicate'.split(' '),
  thing: 'permit kit sensor sample manual badge module token'.split(' '),
  label: 'amber cobalt ivory crimson jade onyx pearl saffron'.split(' '),
};
const zh = {
  sound: '云 青 澜 岳 宁 泽 松 临 嘉 永 溪 兰 平 皓 晨 瑞 岚 榆 桐 洛'.split(' '),
  place: ['古镇', '新港', '山城', '北岭'],
  family: '欧阳 上官 司徒 诸葛 慕容 令狐 皇甫 端木'.split(' '),
  group: ['联合会', '合作社', '理事会', '同业社'],
  thing: ['许可证', '套件', '样品', '手册', '徽章'],
  label: ['琥珀档次', '青蓝档次', '象牙档次', '绯红档次', '翡翠档次'],
};

/** What the names may lean on: the language and the words of the domain, corpus or question. */
export interface NameSource {
  readonly rng: Rng;
  readonly language: string;
  /** Words of the domain, put into the names of things. */
  readonly theme: readonly string[];
  /** Phrases of the corpus or question, used first. Each is used once. */
  readonly given: string[];
  /** Numbers of the corpus or question, used first. */
  readonly givenNumbers: string[];
  readonly used: Set<string>;
}

/** A value for a slot of a question: a phrase of the corpus or question where there is one, else invented. */
export function slotText(source: NameSource, type: SlotType): string {
  const given = NAMED.has(type) ? source.given.shift() : type === 'count' ? givenCount(source) : undefined;
  if (given !== undefined) return given;
  return type === 'item' && source.theme.length > 0 ? themed(source) : fresh(source, type);
}

const NAMED: ReadonlySet<SlotType> = new Set<SlotType>(['organisation', 'item', 'place', 'phrase']);

function givenCount(source: NameSource): string | undefined {
  const number = source.givenNumbers.shift();
  return number !== undefined && /^[1-9]\d{0,8}$/.test(number) ? number : undefined;
}

/** An answer no question knows yet: invented, of the type, never twice. */
export function freshText(source: NameSource, type: SlotType): string {
  return fresh(source, type);
}

function fresh(source: NameSource, type: SlotType): string {
  for (let tries = 0; tries < 40; tries++) {
    const text = invent(source, type);
    if (source.used.has(text)) continue;
    source.used.add(text);
    return text;
  }
  return invent(source, type);
}

function themed({ rng, language, theme }: NameSource): string {
  const word = pick(rng, theme);
  return language === 'zh' ? `${word}${pick(rng, zh.thing)}` : `${word} ${pick(rng, en.thing)}`;
}

const word = (rng: Rng, ending: readonly string[]): string =>
  pick(rng, en.start) + pick(rng, en.middle) + pick(rng, ending);
const sounds = (rng: Rng): string => pick(rng, zh.sound) + pick(rng, zh.sound);

const inventors: { readonly [Type in SlotType]: (source: NameSource) => string } = {
  organisation: ({ rng, language }) =>
    language === 'zh'
      ? sounds(rng) + pick(rng, zh.group)
      : `${word(rng, en.place)} ${pick(rng, en.group)}`.replace(/^./, upper),
  place: ({ rng, language }) => (language === 'zh' ? sounds(rng) + pick(rng, zh.place) : word(rng, en.place)),
  person: ({ rng, language }) =>
    language === 'zh'
      ? pick(rng, zh.family) + sounds(rng)
      : `${word(rng, ['a', 'e', 'us', 'in'])} ${word(rng, en.person)}`,
  item: ({ rng, language }) =>
    language === 'zh' ? `${sounds(rng)}分光仪` : `${word(rng, ['vane', 'lith', 'graph', 'meter'])}`,
  phrase: ({ rng, language }) => (language === 'zh' ? `${sounds(rng)}事项` : `the ${word(rng, en.place)} matter`),
  code: ({ rng }) => `${letters(rng)}-${between(rng, 1000, 9999)}`,
  date: ({ rng }) => isoDate(between(rng, 18_500, 22_500)),
  amount: ({ rng, language }) => `${money(between(rng, 12_000, 990_000) / 100)} ${language === 'zh' ? 'CNY' : 'EUR'}`,
  currency: ({ rng }) => pick(rng, ['USD', 'GBP', 'CHF', 'JPY']),
  count: ({ rng }) => String(between(rng, 112, 4800)),
  threshold: ({ rng }) => String(between(rng, 350, 750)),
  days: ({ rng }) => String(between(rng, 5, 240)),
  years: ({ rng }) => String(between(rng, 2, 9)),
  rate: ({ rng }) => (between(rng, 5200, 18_900) / 10_000).toFixed(4),
  percent: ({ rng }) => (between(rng, 105, 895) / 100).toFixed(2),
  distance: ({ rng }) => `${between(rng, 104, 970)} km`,
  speed: ({ rng }) => String(between(rng, 45, 130)),
  label: ({ rng, language }) => pick(rng, language === 'zh' ? zh.label : en.label),
  labels: ({ language }) => (language === 'zh' ? zh.label : en.label).slice(0, 3).join(', '),
  limits: ({ rng }) => ((step) => `0, ${step}, ${step * 3}`)(between(rng, 150, 900)),
  numbers: ({ rng }) => Array.from({ length: between(rng, 6, 11) }, () => between(rng, 101, 999)).join(', '),
};

function invent(source: NameSource, type: SlotType): string {
  return inventors[type](source);
}

const upper = (letter: string): string => letter.toUpperCase();
const letters = (rng: Rng): string =>
  Array.from({ length: chance(rng, 0.5) ? 2 : 3 }, () => String.fromCharCode(between(rng, 65, 90))).join('');

/** Two decimals and thousands separators: 1,240.50. */
export function money(value: number): string {
  const [whole = '0', cents = '00'] = value.toFixed(2).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

/** The ISO date this many days after 1970-01-01. */
export function isoDate(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** Days from 1970-01-01 to an ISO date; NaN for anything else. */
export function dayOf(date: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000) : Number.NaN;
}
