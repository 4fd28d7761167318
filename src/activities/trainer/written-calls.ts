/** A call as a policy wrote it, made in the room of its rollout: what is counted, and what the policy reads of it. */
import type { ExecutedCall } from '../../domain/reward/trajectory-reward.ts';
import { refusalText, type WrittenCall } from '../../domain/rl/tool-text.ts';
import type { TaskRoom } from './task-room.ts';

export type MadeCall =
  | { readonly executed: ExecutedCall; readonly observation: string }
  /** The environment lost the rollout. */
  | { readonly lost: string };

/** Makes a call; one that cannot be read, or of no tool, counts as well. */
export async function makeCall(room: Pick<TaskRoom, 'call'>, id: string, written: WrittenCall): Promise<MadeCall> {
  if (!written.ok) {
    const call = { id, name: '', arguments: null, written: written.text };
    return { executed: { call, recorded: '', run: null }, observation: refusalText(written) };
  }
  const { name } = written;
  const made = await room.call(name, written.arguments);
  if (made.status === 'lost') return { lost: made.detail };
  // A JSON object is one, whichever of the two types names it.
  const args = written.arguments as NonNullable<ExecutedCall['call']['arguments']>;
  const call = { id, name, arguments: args, written: JSON.stringify(args) };
  const observation = made.run === null ? refusalText(written) : made.text;
  return { executed: { call, recorded: observation, run: made.run }, observation };
}
