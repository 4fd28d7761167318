/** Recordings as a file (method §5.2; the format is ours): a line for each step of a server, and one for what it lists. */
import { z } from 'zod';
import { ServerListing } from '../../tool-pool/listing/schema.ts';
import { Observation, ToolRequest } from '../schema.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal characters');

export const Recording = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('call'),
    /** Hash of the server as it stands in the pool. */
    server: Hash,
    /** State before and after: the second is the hash of the first and the request. */
    previous: Hash,
    state: Hash,
    request: ToolRequest,
    observation: Observation,
  }),
  z.strictObject({
    kind: z.literal('listing'),
    /** Hash of the server as its file names it. */
    source: Hash,
    listing: ServerListing,
  }),
]);
export type Recording = z.infer<typeof Recording>;
