/** Shapes of calls on tools (method §5.1, §5.2): what is called, and what is seen of the answer. */
import { z } from 'zod';

/** A call whose arguments fit the tool's schema. */
export const ToolRequest = z.strictObject({
  name: z.string().min(1),
  arguments: z.record(z.string(), z.json()),
});
export type ToolRequest = z.infer<typeof ToolRequest>;

/** What a call came to, as the agent sees it and as we keep it. */
export const Observation = z.strictObject({
  status: z.enum(['ok', 'error']),
  /** The text shown to the agent. */
  text: z.string(),
  /** How an error was recognised; null for a result. */
  recognisedBy: z.enum(['flag', 'structure', 'text', 'schema', 'failure_plan']).nullable(),
  /** Structured content, where the server gave any. */
  structured: z.json().nullable(),
  /** What is not shown: pictures, sound, bytes that were cut. */
  notes: z.array(z.string()),
});
export type Observation = z.infer<typeof Observation>;

/** What a server sends as the result of a call; looser than the protocol, which many servers take lightly. */
export const CallResult = z.looseObject({
  content: z.array(z.json()).default([]),
  structuredContent: z.json().optional(),
  isError: z.boolean().optional(),
});

const Bytes = { data: z.string(), mimeType: z.string().optional() };
/** One part of a result. */
export const ResultPart = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('image'), ...Bytes }),
  z.looseObject({ type: z.literal('audio'), ...Bytes }),
  z.looseObject({ type: z.literal('resource_link'), uri: z.string() }),
  z.looseObject({
    type: z.literal('resource'),
    resource: z.looseObject({ uri: z.string(), mimeType: z.string().optional(), text: z.string().optional() }),
  }),
]);
