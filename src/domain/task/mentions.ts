/**
 * Which names of the interface a text gives away (paper §3.1; method §4.2): a user has never seen a tool. A name counts as
 * it is written, and taken apart into its words; a name of one word ("search") is a word like any other, unless it is
 * marked as code. The original asks writers for this and never looks.
 */
import type { PoolTool } from '../tool-pool/schema.ts';
import { wordsOf } from '../tool-pool/tool-name.ts';

/** Names of tools that the text gives away, in the order of the list. */
export function mentionedTools(text: string, tools: readonly Pick<PoolTool, 'name'>[]): string[] {
  return tools.map(({ name }) => name).filter((name) => mentionsName(text, name));
}

/** Parameters of the tools that the text spells as their schema does; those of one word are words like any other. */
export function mentionedParameters(text: string, tools: readonly Pick<PoolTool, 'parameters'>[]): string[] {
  const names = new Set(tools.flatMap(({ parameters }) => parameterNames(parameters)));
  return [...names].filter((name) => isIdentifier(name) && isSpelt(withoutValues(text, name), name));
}

/** Names of a schema's own parameters. */
export function parameterNames(parameters: PoolTool['parameters']): string[] {
  const { properties } = parameters;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function mentionsName(text: string, name: string): boolean {
  const words = wordsOf(name);
  if (words.length < 2) return isMarkedAsCode(text, name);
  const shown = withoutValues(text, name);
  return isSpelt(shown, name) || between(words.map(literal).join('[\\s_-]*')).test(shown);
}

/** "`search`", "search()" and "the tool search" are no common words any more. */
function isMarkedAsCode(text: string, name: string): boolean {
  const word = literal(name);
  return new RegExp(
    `\`${word}\`|(?<![a-z0-9_])${word}\\(|["“「]${word}["”」] ?(?:tool|function|api|工具|函数|接口)|(?:tool|function|工具|函数) ?["“「\`]${word}`,
    'iu',
  ).test(text);
}

/** A value in quotes may hold anything ("get_user.py"); only a value that is the name itself gives it away. */
function withoutValues(text: string, name: string): string {
  return text.replace(/"[^"\n]*"|“[^”\n]*”|「[^」\n]*」/gu, (quoted) =>
    quoted.slice(1, -1).trim() === name ? quoted : '""',
  );
}

/** Spelt with an underscore, a hyphen or a hump, as nobody writes a word. */
const isIdentifier = (name: string): boolean => wordsOf(name).length > 1;

const isSpelt = (text: string, name: string): boolean => between(literal(name)).test(text);

/** Only Latin letters and digits make a longer word of a name: "使用read_file工具" names it. */
const between = (pattern: string): RegExp => new RegExp(`(?<![a-z0-9_])${pattern}(?![a-z0-9_])`, 'iu');

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
