/** What the simulated user says next (method §5.4): asked until its message keeps to the script. */
import type { BlobHash } from '../domain/ids.ts';
import type { Ask } from './asking.ts';

export interface UserTurn {
  /** Body of the episode item; its plan has a script. */
  readonly plan: BlobHash;
  /** The conversation with the agent's last word in it. */
  readonly conversation: BlobHash;
  readonly reask: number;
}

export type UserAnswer =
  /** `reply`: body of the reply, whose message is what the user says. A user that is done may say nothing. */
  | { readonly status: 'said'; readonly reply: BlobHash; readonly done: boolean }
  | { readonly status: 'unusable'; readonly rule: string; readonly detail: string };

/** Asks the simulated user once the agent has said something to it. */
export async function askUser(ask: Ask, { plan, conversation, reask }: UserTurn): Promise<UserAnswer> {
  const answer = await ask({ prompt: 'trajectory/user', facts: { plan, conversation }, tries: reask });
  if (answer.status === 'unusable') return answer;
  return { status: 'said', reply: answer.reply, done: answer.summary['done'] === true };
}
