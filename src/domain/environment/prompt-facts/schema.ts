/**
 * What the prompts of the environment stage rest on (method §8.4, §8.5): stored bodies and the choice within them.
 * No set of facts holds a call: the implementation's writers cannot be shown one by mistake.
 */
import { z } from 'zod';
import { Instance } from '../../decomposition/schema.ts';
import { ToolDocumentReply } from '../schema.ts';

export const InstanceFacts = z.object({ instance: Instance });
export const DesignFacts = z.object({ instance: Instance, document: ToolDocumentReply });
export const MergeFacts = z.object({
  instance: Instance,
  /** The united document. */
  document: ToolDocumentReply,
  /** The code that is extended; only its source is read. */
  base: z.object({ code: z.string().min(1) }),
});

export const NodeParams = z.object({ node: z.int().min(1) });
export const NodesParams = z.object({ nodes: z.array(z.int().min(1)).min(1) });
