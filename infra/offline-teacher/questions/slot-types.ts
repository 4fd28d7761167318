/** What can stand in a slot of a question, and the tool parameter it becomes. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { dayOf } from '../language/names.ts';

export type SlotType =
  | 'organisation'
  | 'person'
  | 'place'
  | 'item'
  | 'phrase'
  | 'code'
  | 'label'
  | 'date'
  | 'amount'
  | 'currency'
  | 'count'
  | 'threshold'
  | 'days'
  | 'years'
  | 'rate'
  | 'percent'
  | 'distance'
  | 'speed'
  | 'labels'
  | 'limits'
  | 'numbers';

/** How an earlier answer is called: "that organisation", "该机构". */
export const NOUNS: { readonly [Type in SlotType]: { readonly en: string; readonly zh: string } } = {
  organisation: { en: 'organisation', zh: '机构' },
  person: { en: 'person', zh: '人员' },
  place: { en: 'place', zh: '地点' },
  item: { en: 'item', zh: '物品' },
  phrase: { en: 'finding', zh: '事项' },
  code: { en: 'code', zh: '编号' },
  label: { en: 'class', zh: '类别' },
  date: { en: 'date', zh: '日期' },
  amount: { en: 'amount', zh: '金额' },
  currency: { en: 'currency', zh: '货币' },
  count: { en: 'number', zh: '数目' },
  threshold: { en: 'threshold', zh: '门槛' },
  days: { en: 'number of days', zh: '天数' },
  years: { en: 'number of years', zh: '年数' },
  rate: { en: 'rate', zh: '汇率' },
  percent: { en: 'percentage', zh: '百分比' },
  distance: { en: 'distance', zh: '距离' },
  speed: { en: 'speed', zh: '速度' },
  labels: { en: 'names of the classes', zh: '类别名称' },
  limits: { en: 'lower limits', zh: '下限列表' },
  numbers: { en: 'readings', zh: '读数列表' },
};

export const CURRENCIES: readonly string[] = ['AUD', 'CAD', 'CHF', 'CNY', 'EUR', 'GBP', 'JPY', 'USD'];

const text: JsonObject = { type: 'string', minLength: 1 };
const whole = (minimum: number, maximum: number): JsonObject => ({ type: 'integer', minimum, maximum });
const real = (minimum: number, maximum: number): JsonObject => ({ type: 'number', minimum, maximum });

/** JSON Schema of the parameter, without its description. */
export const PARAMETERS: { readonly [Type in SlotType]: JsonObject } = {
  organisation: text,
  person: text,
  place: text,
  item: text,
  phrase: text,
  code: text,
  label: text,
  date: { type: 'string', format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  amount: real(0, 1e12),
  currency: { type: 'string', enum: [...CURRENCIES] },
  count: whole(0, 1e9),
  threshold: whole(0, 1e9),
  days: whole(1, 36_500),
  years: whole(1, 200),
  rate: real(0.0001, 10_000),
  percent: real(0, 1000),
  distance: real(0, 100_000),
  speed: real(1, 2000),
  labels: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, maxItems: 20 },
  limits: { type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 20 },
  numbers: { type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 500 },
};

/** The number a text starts with or holds first, thousands separators removed; NaN when it holds none. */
export function numberIn(value: string): number {
  const found = /-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?/.exec(value);
  return found === null ? Number.NaN : Number(found[0].replaceAll(',', ''));
}

/** The currency code a text names. */
export function currencyIn(value: string): string | undefined {
  return CURRENCIES.find((code) => new RegExp(`(?<![A-Za-z])${code}(?![A-Za-z])`).test(value));
}

/** The argument a slot's text stands for; undefined when the text is of another type. */
export function argumentOf(type: SlotType, value: string): Json | undefined {
  const trimmed = value.trim();
  if (trimmed === '') return undefined;
  if (type === 'date') return Number.isNaN(dayOf(trimmed)) ? undefined : trimmed;
  if (type === 'currency') return currencyIn(trimmed);
  if (type === 'labels') return listIn(trimmed);
  if (type === 'numbers' || type === 'limits') return allNumbers(listIn(trimmed).map(Number));
  const schema = PARAMETERS[type];
  if (schema['type'] === 'string') return trimmed;
  return numeric(schema, trimmed);
}

/** A number with at most a unit, a currency or a percent sign around it. */
function numeric(schema: JsonObject, value: string): number | undefined {
  if (!/^[^\d,.]{0,3}\s?-?[\d,]*\.?\d+\s?(?:%|\p{L}{0,12})$/u.test(value)) return undefined;
  const number = numberIn(value);
  if (Number.isNaN(number) || (schema['type'] === 'integer' && !Number.isInteger(number))) return undefined;
  const [low, high] = [schema['minimum'], schema['maximum']];
  return typeof low === 'number' && typeof high === 'number' && (number < low || number > high) ? undefined : number;
}

const listIn = (value: string): string[] => value.split(/\s*[,，、]\s*/).filter((part) => part !== '');
const allNumbers = (values: readonly number[]): readonly number[] | undefined =>
  values.length > 0 && values.every((value) => Number.isFinite(value)) ? values : undefined;
