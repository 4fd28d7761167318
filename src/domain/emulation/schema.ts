/**
 * Shapes of an emulated world (method §5.3): entities by type and id, a log of the calls that made them, and the replies
 * of the emulator. In the original the last five answers in the prompt are all the state there is.
 */
import { z } from 'zod';
import { ToolRequest } from '../tool-call/schema.ts';
import { PoolServer } from '../tool-pool/schema.ts';

const JsonMap = z.record(z.string(), z.json());

/**
 * One proposed change. reveal: the entity was there all along and is seen for the first time, which a reading call may
 * do. set: it is made, or replaced as a whole. merge: some of its fields change. delete: its id is never used again.
 */
export const StateChange = z.strictObject({
  op: z.enum(['reveal', 'set', 'merge', 'delete']),
  type: z.string(),
  id: z.string(),
  /** Empty for delete. */
  fields: JsonMap,
});
export type StateChange = z.infer<typeof StateChange>;

/** Reply of prompt trajectory/emulate: the tool's answer without any wrapper, and what it did to the world. */
export const EmulateReply = z.object({
  result: z.json(),
  is_error: z.boolean(),
  state_patch: z.array(StateChange),
});
export type EmulateReply = z.infer<typeof EmulateReply>;

/** Reply of prompt trajectory/tool-output: the JSON Schema of results, for a tool that declares none. */
export const ToolOutputReply = z.object({ analysis: z.string(), output_schema: JsonMap });
export type ToolOutputReply = z.infer<typeof ToolOutputReply>;

/** Type, then id, then fields. */
export const EntityStore = z.record(z.string(), z.record(z.string(), JsonMap));
export type EntityStore = z.infer<typeof EntityStore>;

export const LoggedCall = z.strictObject({
  request: ToolRequest,
  result: z.json(),
  isError: z.boolean(),
  changes: z.array(StateChange),
  /** Hash of the world after the call. */
  world: z.string(),
});
export type LoggedCall = z.infer<typeof LoggedCall>;

/** The world of one episode; each call stores the next one. */
export const EmulationState = z.strictObject({
  /** Tells worlds of equal episodes apart. */
  seed: z.string().min(1),
  /** The user's request, where the coin of the episode shows it to the emulator; else null. */
  question: z.string().nullable(),
  entities: EntityStore,
  /** Ids that were deleted, by type. */
  deleted: z.record(z.string(), z.array(z.string())),
  /** Entities ever made or seen, by type. */
  counters: z.record(z.string(), z.int().min(0)),
  log: z.array(LoggedCall),
});
export type EmulationState = z.infer<typeof EmulationState>;

/** What the prompts rest on; `output` is absent for a tool that declares its results. */
export const ToolOutputFacts = z.object({ server: PoolServer });
export const ToolOutputParams = z.object({ tool: z.string().min(1) });
export const EmulateFacts = z.object({
  server: PoolServer,
  state: EmulationState,
  request: ToolRequest,
  output: ToolOutputReply.optional(),
});
export type EmulateFacts = z.infer<typeof EmulateFacts>;
export const NoParams = z.object({});
