/**
 * Exact decimal numbers (method §8.0; ours): answers are compared as they are printed, never as binary fractions.
 */

/** coefficient / 10^scale; `scale` is the number of printed digits after the point. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly scale: number;
}

/** Longest number that is looked at, in characters: no arithmetic without bounds. */
const longest = 400;
const plain = /^([+-]?)(\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads digits with an optional sign, point and exponent ("-1234.50", "1.5e3"); undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = text.length <= longest ? plain.exec(text) : null;
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const coefficient = BigInt(`${whole}${fraction}`);
  return shift({ coefficient: sign === '-' ? -coefficient : coefficient, scale: fraction.length }, Number(exponent));
}

/** The number times 10^exponent; digits that the shift moves before the point are no longer counted as printed decimals. */
export function shift(value: Decimal, exponent: number): Decimal {
  const scale = value.scale - exponent;
  if (scale >= 0) return { coefficient: value.coefficient, scale };
  return { coefficient: value.coefficient * 10n ** BigInt(-scale), scale: 0 };
}

/**
 * Whether a value is the gold number: exactly when the gold is printed as an integer, else within half a unit of the
 * gold's last printed digit (both ways of rounding a tie are accepted).
 */
export function equalsAtPrecision(gold: Decimal, value: Decimal): boolean {
  const scale = Math.max(gold.scale, value.scale);
  const difference = shift(gold, scale).coefficient - shift(value, scale).coefficient;
  if (gold.scale === 0) return difference === 0n;
  const distance = difference < 0n ? -difference : difference;
  return 2n * distance <= 10n ** BigInt(scale - gold.scale);
}

/** The nearest JavaScript number. */
export function toNumber(value: Decimal): number {
  return Number(`${value.coefficient}e${-value.scale}`);
}
