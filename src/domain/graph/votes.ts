/** Majorities (method §3.3): a missing answer is no vote, and a majority that no missing answer can turn is decided. */

export type Majority = 'valid' | 'invalid' | 'unresolved';

/** Decides over `asked` planned votes, null for one that is missing or not yet cast; a tie is invalid. */
export function decideVotes(votes: readonly (boolean | null)[], asked: number): Majority {
  const yes = votes.filter((vote) => vote === true).length;
  const no = votes.filter((vote) => vote === false).length;
  const open = asked - yes - no;
  if (yes > no + open) return 'valid';
  return no >= yes + open ? 'invalid' : 'unresolved';
}
