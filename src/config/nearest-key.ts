/** Which known key a mistyped one was meant to be. */
import { distance } from 'fastest-levenshtein';

/** The known key nearest to the typed one, or undefined when none is near (more than half of it would change). */
export function nearestKey(typed: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((key) => ({ key, edits: distance(typed.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best !== undefined && best.edits <= Math.max(1, typed.length / 2) ? best.key : undefined;
}
