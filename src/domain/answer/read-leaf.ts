/**
 * One leaf as the comparison reads it (method §8.0; ours): each reading is made once, however many items of a gold list
 * are looked for in it.
 */
import { coarseTokens, fenceTokens, normaliseText, tokenise } from '../text/tokens.ts';
import { datesIn, parseDate } from './calendar-date.ts';
import { parseDecimal } from './decimal.ts';
import type { Leaf } from './leaves.ts';
import type { Quantity } from './quantity.ts';
import { parseQuantity, quantitiesIn } from './quantity.ts';

/** How the numbers and dates inside a text leaf count: its only one, or any of them (printed output is one long leaf). */
export type Reading = 'only' | 'any';

export class ReadLeaf {
  readonly value: Leaf['value'];
  readonly units: readonly string[];
  readonly #reading: Reading;
  #whole: string | undefined;
  #tokens: string | undefined;
  #coarse: readonly string[] | undefined;
  #quantities: readonly Quantity[] | undefined;

  constructor(leaf: Leaf, reading: Reading) {
    this.value = leaf.value;
    this.units = leaf.units;
    this.#reading = reading;
  }

  /** The whole leaf as normalised text. */
  get whole(): string {
    this.#whole ??= normaliseText(String(this.value));
    return this.#whole;
  }

  /** Its tokens, fenced so that a sequence can be looked for. */
  get tokens(): string {
    this.#tokens ??= fenceTokens(tokenise(this.whole));
    return this.#tokens;
  }

  get coarse(): readonly string[] {
    this.#coarse ??= coarseTokens(this.whole);
    return this.#coarse;
  }

  /** The numbers it stands for. */
  get quantities(): readonly Quantity[] {
    this.#quantities ??= this.#readQuantities();
    return this.#quantities;
  }

  /** The dates it stands for, in ISO form. */
  get dates(): readonly string[] {
    if (typeof this.value !== 'string') return [];
    const whole = parseDate(this.value);
    if (whole !== undefined) return [whole];
    const inside = datesIn(this.value);
    return this.#reading === 'any' || new Set(inside).size === 1 ? inside : [];
  }

  #readQuantities(): readonly Quantity[] {
    if (typeof this.value === 'boolean') return [];
    if (typeof this.value === 'number') {
      const number = parseDecimal(String(this.value));
      return number === undefined ? [] : [{ number }];
    }
    const whole = parseQuantity(this.value);
    if (whole !== undefined) return [whole];
    const inside = quantitiesIn(this.value);
    return this.#reading === 'any' || inside.length === 1 ? inside : [];
  }
}
