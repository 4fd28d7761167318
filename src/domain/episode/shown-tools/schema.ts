/** Tools as an agent is shown them (method §5.1): OpenAI's shape, in the order of the server's list. */
import type { z } from 'zod';
import { Episode } from '../schema.ts';

export const ShownTools = Episode.shape.tools;
export type ShownTools = z.infer<typeof ShownTools>;
