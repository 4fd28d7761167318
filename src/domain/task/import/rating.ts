/**
 * ASTRA's five-word scales as numbers (method §4.4): a rating is one of the words, in any case, with punctuation around it.
 * The original takes the first word that contains the text or stands in it: "very hard." is 4 there and "unique" is 1.
 */
import type { ScoreDimension } from '../schema.ts';

type AstraDimension = Exclude<ScoreDimension, 'tool_use_necessity'>;

const words: Readonly<Record<AstraDimension, readonly string[]>> = {
  tool_selection_difficulty: ['very easy', 'easy', 'medium', 'hard', 'very hard'],
  tool_selection_uniqueness: ['not unique', 'somewhat unique', 'moderately unique', 'quite unique', 'highly unique'],
  question_quality: ['very poor', 'poor', 'average', 'good', 'excellent'],
  scenario_realism: ['unrealistic', 'somewhat unrealistic', 'moderately realistic', 'realistic', 'highly realistic'],
};

/** Dimensions that ASTRA scores; it has none for the need of tools. */
export const astraDimensions = Object.keys(words) as AstraDimension[]; // the keys above

/** The score from 1 to 5, or undefined when the rating is none of the words and no whole number of the scale. */
export function readRating(dimension: AstraDimension, rating: unknown): number | undefined {
  if (typeof rating === 'number') return [1, 2, 3, 4, 5].find((score) => score === rating);
  if (typeof rating !== 'string') return undefined;
  const said = rating
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
  if (/^[1-5]$/.test(said)) return Number(said);
  const at = words[dimension].indexOf(said);
  return at < 0 ? undefined : at + 1;
}
