/**
 * Which tools only read (method §5.3, ours): by the verb their document begins with, since nothing else is known of a
 * server that does not run. A name that also says a change ("get_or_create") is no reading one.
 */
import type { PoolTool } from '../tool-pool/schema.ts';
import { singular, wordsOf } from '../tool-pool/tool-name.ts';

const reading = new Set(
  (
    'get list search find read show fetch lookup look query check describe view count retrieve browse return ' +
    'display inspect summarize preview compute calculate convert validate compare estimate explain is has'
  ).split(' '),
);
const changing = new Set(
  (
    'create add insert update set delete remove write edit send cancel book reserve buy order pay move rename upload ' +
    'start stop open close mark complete assign approve reject reset commit save append merge replace submit register ' +
    'pop consume next'
  ).split(' '),
);

/** True when the document says that a call changes nothing; a tool whose verb is unknown is taken to change things. */
export function isReadingTool({ name, description }: Pick<PoolTool, 'name' | 'description'>): boolean {
  const words = wordsOf(name);
  const [verb = ''] = words;
  if (words.slice(1).some((word) => word === 'or' || word === 'and')) {
    if (words.some((word) => changing.has(word))) return false;
  }
  if (reading.has(verb)) return true;
  if (changing.has(verb)) return false;
  // "Returns the …", "Lists all …": documents often open with the third person.
  const [said = ''] = wordsOf(description);
  return reading.has(said) || reading.has(singular(said)) || reading.has(said.replace(/es$/, ''));
}
