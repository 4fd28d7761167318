/**
 * Units and currencies (method §8.0; ours): removed before numbers are compared, and a reason to refuse when both sides
 * name one and they differ. Nothing is converted: 1 km is not 1000 m here, because a tool should answer as asked.
 */

const currencyCodes =
  'USD EUR GBP CNY JPY INR KRW CAD AUD NZD CHF SEK NOK DKK PLN CZK HUF RON BGN RUB UAH TRY ILS AED SAR QAR EGP ZAR NGN KES BRL MXN ARS CLP COP PEN HKD TWD SGD MYR THB IDR PHP VND PKR BDT BTC ETH'.split(
    ' ',
  );

/** Canonical name, then every other way it is printed. "¥" stays itself: it means CNY or JPY. */
const aliases: readonly string[] = [
  'USD|$|US$|U.S.$|dollar|dollars|US dollars|US dollar|U.S. dollars|usd|美元|美金',
  'EUR|€|euro|euros|eur|欧元',
  'GBP|£|pound sterling|pounds sterling|gbp|英镑',
  'CNY|RMB|CN¥|yuan|renminbi|rmb|cny|元|块|人民币|元人民币',
  '¥|￥',
  'JPY|JP¥|yen|jpy|日元|円',
  'INR|₹|Rs|Rs.|rupee|rupees|卢比',
  'KRW|₩|won|韩元',
  'CAD|C$|CA$|Canadian dollars',
  'AUD|A$|AU$|Australian dollars',
  'HKD|HK$|港元|港币',
  'SGD|S$',
  'NZD|NZ$',
  'CHF|Swiss francs',
  'BRL|R$',
  'RUB|₽|rubles|roubles',
  'TRY|₺',
  'ILS|₪',
  'VND|₫',
  'UAH|₴',
  '%|percent|per cent|pct|百分比',
  '‰|permille',
  'percentage point|percentage points|pp|个百分点',
  'km|kilometer|kilometers|kilometre|kilometres|公里|千米',
  'm|meter|meters|metre|metres|米',
  'cm|centimeter|centimeters|centimetre|centimetres|厘米',
  'mm|millimeter|millimeters|millimetre|millimetres|毫米',
  'mi|mile|miles|英里',
  'ft|foot|feet|英尺',
  'yd|yard|yards',
  'inch|inches|英寸',
  'm2|m^2|sq m|sqm|square meter|square meters|square metre|square metres|平方米|平米|㎡',
  'km2|km^2|sq km|square kilometers|square kilometres|平方公里|平方千米',
  'ft2|ft^2|sq ft|sqft|square foot|square feet',
  'ha|hectare|hectares|公顷',
  'acre|acres|英亩',
  'm3|m^3|cubic meters|cubic metres|立方米',
  'kg|kilogram|kilograms|kilo|kilos|千克|公斤',
  'g|gram|grams|克',
  'mg|milligram|milligrams|毫克',
  't|tonne|tonnes|metric tons|吨',
  'lb|lbs|pound|pounds|磅',
  'oz|ounce|ounces|盎司',
  'L|l|liter|liters|litre|litres|升',
  'mL|ml|milliliter|milliliters|millilitre|millilitres|毫升',
  's|sec|secs|second|seconds|秒|秒钟',
  'ms|millisecond|milliseconds|毫秒',
  'min|mins|minute|minutes|分钟',
  'h|hr|hrs|hour|hours|小时|个小时',
  'day|days|天|日',
  'week|weeks|周|星期',
  'month|months|个月',
  'year|years|yr|yrs|年|岁',
  '°C|℃|degrees Celsius|Celsius|celsius|摄氏度',
  '°F|℉|degrees Fahrenheit|Fahrenheit|fahrenheit|华氏度',
  '°|degree|degrees|度',
  'km/h|kmh|kph|kilometers per hour|kilometres per hour|公里/小时',
  'mph|mi/h|miles per hour',
  'm/s|meters per second|metres per second|米/秒',
  'W|watt|watts|瓦',
  'kW|kilowatt|kilowatts|千瓦',
  'MW|megawatt|megawatts',
  'kWh|kwh|kilowatt hours|kilowatt-hours|千瓦时|度电',
  'kcal|kilocalories|calories|千卡|大卡',
  'V|volt|volts|伏',
  'Hz|hertz|赫兹',
  'KB|kilobytes',
  'MB|megabytes',
  'GB|gigabytes',
  'TB|terabytes',
  'person|people|persons|人|个人|名|位',
  'piece|pieces|pc|pcs|件|个|只|台|本|张|条|部|家|座|辆',
  'time|times|次|回',
];

const canonical = new Map<string, string>();
const currencies = new Set<string>([...currencyCodes, '¥']);
for (const code of currencyCodes) canonical.set(code, code);
for (const line of aliases) {
  const [name = '', ...others] = line.split('|');
  for (const alias of [name, ...others]) canonical.set(alias, name);
}

const folded = new Map(
  [...canonical].filter(([alias]) => alias.length > 3).map(([a, name]) => [a.toLowerCase(), name]),
);

/** Words that follow a number without counting anything: "25 of", "5 to". */
const notNouns = new Set(
  'of or to and per in at by than more less the from out is are was were ago over under with for on off as plus minus'.split(
    ' ',
  ),
);

/** The canonical name of a known unit or currency, as a text prints it; long names in any case. Also "USD/night". */
export function unitOf(text: string): string | undefined {
  const name = text.trim();
  const whole = canonical.get(name) ?? folded.get(name.toLowerCase());
  if (whole !== undefined) return whole;
  const parts = /^(.{1,30}?)\s*(?:\/|\bper\b)\s*(?:(?:an?|the)\s+)?(\p{L}{1,30})$/u.exec(name);
  const base = parts?.[1] === undefined ? undefined : canonical.get(parts[1].trim());
  return base === undefined ? undefined : `${base}/${denominator(parts?.[2] ?? '')}`;
}

/** A known currency by sign, code or name. */
export function currencyOf(text: string): string | undefined {
  const unit = unitOf(text);
  return unit !== undefined && currencies.has(unit) ? unit : undefined;
}

/** What is counted by one to three lower-case words, in the singular ("business days" is "business day"). */
export function countNoun(text: string): string | undefined {
  if (!/^[\p{Ll}'-]+(?: [\p{Ll}'-]+){0,2}$/u.test(text) || text.length > 60) return undefined;
  return text.split(' ').some((word) => notNouns.has(word)) ? undefined : text.replace(/(?<=\p{Ll}{2})s$/u, '');
}

/** False only when both sides name a unit and they differ; a missing unit, or a missing "per …", is no difference. */
export function unitsAgree(gold: string | undefined, other: string | undefined): boolean {
  if (gold === undefined || other === undefined) return true;
  const [goldBase, goldPer] = splitPer(gold);
  const [otherBase, otherPer] = splitPer(other);
  if (goldPer !== undefined && otherPer !== undefined && goldPer !== otherPer) return false;
  return goldBase === otherBase || isYuanOrYen(goldBase, otherBase) || isYuanOrYen(otherBase, goldBase);
}

function splitPer(unit: string): [string, string?] {
  const at = unit.indexOf('/');
  if (at <= 0 || !currencies.has(unit.slice(0, at))) return [unit];
  return [unit.slice(0, at), unit.slice(at + 1)];
}

function isYuanOrYen(sign: string, other: string): boolean {
  return sign === '¥' && (other === 'CNY' || other === 'JPY');
}

function denominator(word: string): string {
  return canonical.get(word) ?? countNoun(word.toLowerCase()) ?? word.toLowerCase();
}
