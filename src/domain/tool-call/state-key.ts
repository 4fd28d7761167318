/**
 * Names for the states of a tool server (ours; method §5.2 asks for record and replay): a chain of hashes over the calls
 * that led there. Equal chains stand for equal states, so a recorded answer can stand for the call, and no call is ever
 * carried out twice in one state.
 */
import { hashText } from '../ids.ts';
import type { Reach } from '../tool-pool/schema.ts';

/** More attempts than any configuration allows. */
const mostAttempts = 10;

/** Which recordings an episode shares with others. */
export interface Sharing {
  readonly recordings: 'reuse' | 'only' | 'fresh';
  readonly reach: Reach['kind'];
  readonly episode: string;
  /** 0 for the first. */
  readonly attempt: number;
}

/**
 * The salt of an episode's first state; '' shares the states of all episodes. Its own have: every episode on "fresh", one
 * behind an address (nobody resets what lies there), and a second attempt, because a server that answers differently
 * each time cannot be brought back to what another episode saw.
 */
export function stateSalt({ recordings, reach, episode, attempt }: Sharing): string {
  // An episode that was opened again and again comes back to its earlier states: there are only so many first ones.
  const own = attempt % mostAttempts;
  return recordings === 'fresh' || reach === 'http' || own > 0 ? `${episode}/${own}` : '';
}

/** The state before the first call; `server` is the hash of the server as it stands in the pool. */
export function firstState(server: string, salt: string): string {
  return hashText(`state/${server}/${salt}`);
}

/** The state after a call; `request` is the hash of the stored ToolRequest. */
export function nextState(state: string, request: string): string {
  return hashText(`${state}/${request}`);
}

/** Whether a state is one before the first call of this episode: no record has to lead there. */
export function isFirstState(state: string, { server, episode }: { server: string; episode: string }): boolean {
  const salts = ['', ...Array.from({ length: mostAttempts }, (_, attempt) => `${episode}/${attempt}`)];
  return salts.some((salt) => firstState(server, salt) === state);
}
