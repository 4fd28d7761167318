/**
 * Replies of ASTRA's writer in tags (method §4.2): analysis, tools and question, each in its own. Tools are told apart by
 * tags, commas, lines or spaces, since no tool's name has one; the original joins names that a space separates.
 */
import type { WriterReply } from '../schema.ts';

/** The reply, or undefined when one of its three parts is missing or empty. */
export function readTaggedReply(text: string): WriterReply | undefined {
  const plain = text.replace(/<!--[^]*?-->/g, ' ');
  const analysis = partOf(plain, ['server_analysis']);
  const tools = partOf(plain, ['target_tools', 'target_tool']);
  const question = partOf(plain, ['question']);
  if (analysis === '' || question === '') return undefined;
  const names = toolNames(tools);
  return names.length === 0 ? undefined : { server_analysis: analysis, target_tools: names, question };
}

/** Names out of a list of any make: `<tool>a</tool> <tool>b</tool>`, "a, b", "1. a" and "- b" on lines. */
export function toolNames(list: string): string[] {
  const bare = list.replace(/<[^>]*>/g, ' ').replace(/^\s*(?:[-*•]|\d+[.)])\s+/gm, ' ');
  const names = bare.split(/[\s,;，、]+/u).map((name) => name.replace(/^["'`]+|["'`.]+$/g, ''));
  return [...new Set(names.filter((name) => name !== ''))];
}

/** What the first of these tags holds; a list of tools may repeat its tag. */
function partOf(text: string, tags: readonly string[]): string {
  for (const tag of tags) {
    const found = [...text.matchAll(new RegExp(`<${tag}\\b[^>]*>([^]*?)</${tag}\\s*>`, 'gi'))].map(
      (match) => match[1] ?? '',
    );
    if (found.length > 0) return found.map(withoutCdata).join('\n').trim();
  }
  return '';
}

const withoutCdata = (text: string): string => text.replace(/<!\[CDATA\[([^]*?)\]\]>/g, '$1').trim();
