/**
 * Dates as people print them (method §8.0; ours): ISO 8601 and common forms, only when one day can be meant.
 * "03/04/2024" stays a phrase: it is March or April.
 */

const months = 'january february march april may june july august september october november december'.split(' ');
const monthName = `(${months.map((name) => `${name}|${name.slice(0, 3)}`).join('|')}|sept)\\.?`;
const time = String.raw`(?:[T ,]+(?:at )?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?`;
const weekday = '(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?';
const edge = { before: '(?<![\\p{L}\\p{N}_/.-])', after: '(?![\\p{L}\\p{N}_/]|[.-]\\d)' };

interface Form {
  readonly pattern: string;
  /** Order of year, month and day among the first three groups. */
  readonly order: 'ymd' | 'mdy' | 'dmy' | 'either';
}

const forms: readonly Form[] = [
  { pattern: String.raw`(\d{4})-(\d{1,2})-(\d{1,2})`, order: 'ymd' },
  { pattern: String.raw`(\d{4})[/.](\d{1,2})[/.](\d{1,2})`, order: 'ymd' },
  { pattern: String.raw`(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]`, order: 'ymd' },
  { pattern: `${weekday}${monthName} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})`, order: 'mdy' },
  { pattern: `${weekday}(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${monthName},? (\\d{4})`, order: 'dmy' },
  { pattern: String.raw`(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})`, order: 'either' },
];
const whole = forms.map((form) => ({ ...form, regex: new RegExp(`^${form.pattern}${time}$`, 'iu') }));
const inside = forms.map((form) => ({
  ...form,
  regex: new RegExp(
    `${form.order === 'ymd' ? '(?<![\\p{N}_/.-])' : edge.before}${form.pattern}${time}${edge.after}`,
    'giu',
  ),
}));

/** The ISO 8601 form ("2024-05-01", "2024-05-01T10:30:00+02:00") of a text that is one date and nothing else. */
export function parseDate(text: string): string | undefined {
  if (text.length > 80) return undefined;
  const shown = readable(text);
  for (const { regex, order } of whole) {
    const match = regex.exec(shown);
    if (match !== null) return isoDate(match, order);
  }
  return undefined;
}

/** The dates inside a text in ISO form, without those that could be two days. */
export function datesIn(text: string): string[] {
  const shown = readable(text);
  return inside
    .flatMap(({ regex, order }) => [...shown.matchAll(regex)].map((match) => isoDate(match, order)))
    .filter((date) => date !== undefined);
}

/** Whether a date is the gold date; a clock time or zone counts only when both name one. */
export function sameDate(gold: string, other: string): boolean {
  const [a, b] = [splitDate(gold), splitDate(other)];
  if (a.day !== b.day) return false;
  if (a.clock === '') return true;
  const length = Math.min(a.clock.length, b.clock.length);
  if (b.clock === '' || a.clock.slice(0, length) !== b.clock.slice(0, length)) return false;
  return a.zone === '' || b.zone === '' || a.zone === b.zone;
}

function isoDate(match: RegExpMatchArray, order: Form['order']): string | undefined {
  const [, , , , hour, minute = '', seconds = '', zone] = match;
  const day = isoDay(match, order);
  if (day === undefined || hour === undefined) return day;
  if (Number(hour) > 23 || Math.max(Number(minute), Number(seconds)) > 59) return undefined;
  return `${day}T${hour.padStart(2, '0')}:${minute}${seconds && `:${seconds}`}${isoZone(zone)}`;
}

function isoDay([, a = '', b = '', c = '']: RegExpMatchArray, order: Form['order']): string | undefined {
  switch (order) {
    case 'ymd':
      return calendarDay(Number(a), Number(b), Number(c));
    case 'mdy':
      return calendarDay(Number(c), monthNumber(a), Number(b));
    case 'dmy':
      return calendarDay(Number(c), monthNumber(b), Number(a));
    case 'either': {
      const days = new Set(
        [calendarDay(Number(c), Number(a), Number(b)), calendarDay(Number(c), Number(b), Number(a))].filter(Boolean),
      );
      return days.size === 1 ? [...days][0] : undefined;
    }
  }
}

function calendarDay(year: number, month: number, day: number): string | undefined {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (day < 1 || day > (lengths[month - 1] ?? 0)) return undefined;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function monthNumber(name: string): number {
  return months.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1;
}

function isoZone(zone: string | undefined): string {
  if (zone === undefined) return '';
  if (/^(?:Z|UTC)$/i.test(zone)) return '+00:00';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function splitDate(iso: string): { day: string; clock: string; zone: string } {
  const [day = '', rest = ''] = iso.split('T');
  const [clock = '', zone = ''] = rest.split(/(?=[+-])/);
  return { day, clock, zone };
}

function readable(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim();
}
