/** Sequences of tokens inside others (ours): what "stands in a text" means for rules 2 and 3 of §8.4. */
import { fenceTokens } from '../text/tokens.ts';

/** True when the tokens of `part` stand in `whole` one after another; false when `part` has no token. */
export function containsTokens(whole: readonly string[], part: readonly string[]): boolean {
  return part.length > 0 && fenceTokens(whole).includes(fenceTokens(part));
}
