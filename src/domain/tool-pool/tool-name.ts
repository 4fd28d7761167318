/**
 * Names of tools (method §2; ours): the syntax every endpoint takes, and the words a name is made of.
 * The original sends names as they are, which endpoints refuse.
 */

/** What OpenAI-compatible endpoints accept as the name of a function. */
export function isToolName(name: string): boolean {
  return /^[a-zA-Z0-9_-]{1,64}$/.test(name);
}

/** The words of an identifier, lower-case: "getUserID" and "get_user_id" are "get", "user", "id". */
export function wordsOf(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** A word without the plural's s: "files" is "file", "status" stays. */
export function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}
