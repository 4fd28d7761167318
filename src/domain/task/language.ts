/**
 * In which language a question has to be (method §4.2, §7.4): that of the server's description, as far as its script and
 * its small words tell. A description that mixes scripts decides nothing, a question that is too short to tell passes.
 */
import { proseLanguage } from '../text/function-words.ts';
import { countScripts, detectLanguage, languageFit } from '../text/language.ts';
import type { PoolServer } from '../tool-pool/schema.ts';

export interface ServerLanguage {
  readonly language: string;
  /** False: no question is refused for its language. */
  readonly confident: boolean;
}

/** Descriptions with fewer letters are read together with those of the tools. */
const fewestLetters = 8;
/** How much more there has to be of one script than of the others. */
const clearly = 4;

/** The language of a server's words; "en" for Latin letters that do not say another one. */
export function serverLanguage({ description, tools }: PoolServer): ServerLanguage {
  const own = lettersOf(description) >= fewestLetters ? description : '';
  const words = own === '' ? tools.map((tool) => tool.description).join('\n') : own;
  const foreign = words.replace(/\p{Script=Latin}+/gu, ' ');
  // One Chinese character says about as much as three Latin letters.
  const [other, latin] = [lettersOf(foreign) * 3, lettersOf(words) - lettersOf(foreign)];
  const language = other > latin ? detectLanguage(foreign, 'en') : (proseLanguage(words) ?? 'en');
  return { language, confident: Math.max(other, latin) >= clearly * Math.min(other, latin) };
}

/** True when the question is clearly in another script than it should be, or in another language of Latin letters. */
export function isOtherLanguage(question: string, { language, confident }: ServerLanguage): boolean {
  if (!confident) return false;
  return languageFit(question, language) === 'other_script' || (proseLanguage(question) ?? language) !== language;
}

function lettersOf(text: string): number {
  return [...countScripts(text).values()].reduce((sum, count) => sum + count, 0);
}
