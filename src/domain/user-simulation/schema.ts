/** Shapes of the simulated user (method §5.4; the original has none): what it is asked with, and what it says. */
import { z } from 'zod';
import { Conversation, EpisodePlan } from '../episode/schema.ts';

/** inform: tells what it was asked for. unknown: does not know it. wish: brings its later wish. end: has nothing to add. */
export const UserMove = z.enum(['inform', 'unknown', 'wish', 'end']);
export type UserMove = z.infer<typeof UserMove>;

/** Reply of prompt trajectory/user. */
export const UserReply = z.object({
  reason: z.string().min(1),
  move: UserMove,
  /** Names of the facts that the message tells. */
  told: z.array(z.string()),
  message: z.string(),
  /** The conversation is over for the user. */
  done: z.boolean(),
});
export type UserReply = z.infer<typeof UserReply>;

export const UserFacts = z.object({ plan: EpisodePlan, conversation: Conversation });
export const NoParams = z.object({});
