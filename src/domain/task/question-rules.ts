/**
 * What every question is held against, original or variation (method §4.2, §4.3): each rule has a name, under which a
 * question is refused and counted. The original asks its writer for all of this and checks nothing.
 */
import type { Problem } from '../prompt/spec.ts';
import { normaliseText } from '../text/tokens.ts';
import type { PoolServer, PoolTool } from '../tool-pool/schema.ts';
import { asksHow } from './how-to.ts';
import { isOtherLanguage, serverLanguage } from './language.ts';
import { mentionedParameters, mentionedTools } from './mentions.ts';

type QuestionRule = (question: string, server: PoolServer, targets: readonly PoolTool[]) => string | undefined;

const rules: Readonly<Record<string, QuestionRule>> = {
  question_empty: (question) => (question.trim() === '' ? 'the question is empty' : undefined),

  question_copied(question, { description, tools }) {
    const said = normaliseText(question);
    const copied =
      said !== '' && [description, ...tools.map((tool) => tool.description)].map(normaliseText).includes(said);
    return copied ? 'the question is a description, word for word' : undefined;
  },

  names_tool(question, { tools }) {
    const named = mentionedTools(question, tools);
    return named.length === 0 ? undefined : `the question must not name tools or spell out their names: ${list(named)}`;
  },

  names_parameter(question, _, targets) {
    const named = mentionedParameters(question, targets);
    return named.length === 0
      ? undefined
      : `the question must not name parameters as a schema spells them: ${list(named)}`;
  },

  asks_how: (question) =>
    asksHow(question) ? 'the question asks how something is done; ask for it to be done' : undefined,

  language(question, server) {
    const wanted = serverLanguage(server);
    return isOtherLanguage(question, wanted)
      ? `the question must be in the language of the server's description (${wanted.language})`
      : undefined;
  },
};

/** Every rule that the question breaks, in the order of the rules; `targetTools` are names, unknown ones are passed over. */
export function questionProblems(question: string, server: PoolServer, targetTools: readonly string[]): Problem[] {
  const targets = server.tools.filter(({ name }) => targetTools.includes(name));
  return Object.entries(rules).flatMap(([rule, check]) => {
    const detail = check(question, server, targets);
    return detail === undefined ? [] : [{ rule, detail }];
  });
}

const list = (names: readonly string[]): string => names.slice(0, 5).join(', ');
