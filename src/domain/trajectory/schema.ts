/**
 * Conversations with tools as files carry them, and as we read them (ours; method §6): OpenAI messages, each call with
 * its id. Arguments that are no JSON object stay as the text they came in: the model wrote them, so they are judged.
 */
import { z } from 'zod';

const Content = z
  .union([z.string(), z.null(), z.array(z.looseObject({ type: z.literal('text'), text: z.string() }))])
  .optional();

const CallRow = z.looseObject({
  id: z.string().min(1),
  function: z.looseObject({ name: z.string(), arguments: z.union([z.string(), z.record(z.string(), z.json())]) }),
});

export const MessageRow = z.discriminatedUnion('role', [
  z.looseObject({ role: z.literal('system'), content: Content }),
  z.looseObject({ role: z.literal('user'), content: Content }),
  z.looseObject({ role: z.literal('assistant'), content: Content, tool_calls: z.array(CallRow).nullable().optional() }),
  z.looseObject({
    role: z.literal('tool'),
    content: Content,
    tool_call_id: z.string().min(1),
    /** Set by whoever ran the tool: "made_up" for a failure that was injected. */
    failure: z.enum(['tool', 'made_up']).optional(),
  }),
]);
export type MessageRow = z.infer<typeof MessageRow>;

const ShownTool = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  parameters: z.looseObject({}),
});
export type ShownTool = z.infer<typeof ShownTool>;

const ToolRow = z.looseObject({
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z.looseObject({}).optional(),
  }),
});

/** What a task wants of the tools: calls, or none (the tools that it would take are missing). */
const Expects = z.enum(['calls', 'no_call']);

/** One row of a file of trajectories. */
export const TrajectoryRow = z.looseObject({
  id: z.union([z.string().min(1), z.int()]).optional(),
  /** Id of the environment that it was made in. */
  environment: z.union([z.string().min(1), z.int()]).optional(),
  tools: z.array(ToolRow).optional(),
  messages: z.array(MessageRow).min(1),
  expects: Expects.optional(),
});
export type TrajectoryRow = z.infer<typeof TrajectoryRow>;

const Call = z.strictObject({
  id: z.string().min(1),
  name: z.string(),
  /** Null when what the model wrote is no JSON object. */
  arguments: z.record(z.string(), z.json()).nullable(),
  /** The arguments as the row has them. */
  written: z.string(),
});
export type Call = z.infer<typeof Call>;

const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z.strictObject({ role: z.literal('assistant'), content: z.string(), calls: z.array(Call) }),
  z.strictObject({
    role: z.literal('tool'),
    content: z.string(),
    callId: z.string().min(1),
    /** Known to have failed, whatever its text says; absent where nobody recorded it. */
    failure: z.enum(['tool', 'made_up']).optional(),
  }),
]);
export type Message = z.infer<typeof Message>;

/** A conversation whose structure is legal. */
export const Trajectory = z.strictObject({
  id: z.string().min(1),
  environment: z.string().nullable(),
  /** Null when the row lists no tools: then nobody can say that a tool does not exist. */
  tools: z.array(ShownTool).nullable(),
  messages: z.array(Message).min(1),
  /** Null when the row does not say. */
  expects: Expects.nullable(),
});
export type Trajectory = z.infer<typeof Trajectory>;
