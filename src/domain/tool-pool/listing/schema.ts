/** What a server said of itself when it was asked (method §2): its tools, unfiltered, and how it calls itself. */
import { z } from 'zod';

export const ServerListing = z.strictObject({
  title: z.string(),
  description: z.string(),
  /** Protocol version both sides agreed on. */
  protocol: z.string(),
  tools: z.array(z.json()),
});
export type ServerListing = z.infer<typeof ServerListing>;
