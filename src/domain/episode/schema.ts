/**
 * Shapes of episodes (method §5): what is played, what is being said while it goes on, and the record that remains.
 * Bodies hold no clock: times and costs of a step stand with its call in the call record.
 */
import { z } from 'zod';

const Text = z.string().trim().min(1);

/** How the user behaves (§5.4). */
export const EpisodeKind = z.enum(['single', 'missing_parameter', 'missing_tool', 'changed_mind', 'multi_request']);
export type EpisodeKind = z.infer<typeof EpisodeKind>;

const Fact = z.strictObject({ name: Text, value: z.string() });

/** What the simulated user knows and wants. */
export const UserScript = z.strictObject({
  goal: Text,
  known: z.array(Fact),
  /** Told only when asked for. */
  withheld: z.array(Fact),
  /** What the user adds or changes once the first request is met; null for nothing. */
  later: z.string().nullable(),
});
export type UserScript = z.infer<typeof UserScript>;

/** What is played; the body of an episode item. */
export const EpisodePlan = z.strictObject({
  /** Hash of the server as it stands in the pool. */
  server: Text,
  /** Id of the variant item. */
  variant: Text,
  kind: EpisodeKind,
  /** First message of the user. */
  question: Text,
  targetTools: z.array(Text).min(1),
  language: Text,
  /** Tools of the server that the agent is not shown. */
  withheldTools: z.array(Text),
  /** Null: nobody answers the agent's last word. */
  user: UserScript.nullable(),
  /** no_call: the tools it takes are missing, so refusing or asking is right. */
  expects: z.enum(['calls', 'no_call']),
});
export type EpisodePlan = z.infer<typeof EpisodePlan>;

/** Why a failure was made up (§5.3). */
export const FailureKind = z.enum(['timeout', 'unreachable', 'rate_limit', 'auth', 'empty', 'stale']);
export type FailureKind = z.infer<typeof FailureKind>;

/** Why a call was answered without asking any tool. */
export const CallProblem = z.enum(['unknown_tool', 'arguments_unreadable', 'arguments_invalid']);
export type CallProblem = z.infer<typeof CallProblem>;

export const StopReason = z.enum(['final_answer', 'user_end', 'call_budget', 'token_budget', 'length', 'empty_reply']);
export type StopReason = z.infer<typeof StopReason>;

const WireCall = z.strictObject({
  id: Text,
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
});
/** OpenAI messages, as the model was sent them. */
export const EpisodeMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    tool_calls: z.array(WireCall).min(1).optional(),
    reasoning_content: z.string().optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content: z.string(), tool_call_id: Text }),
]);
export type EpisodeMessage = z.infer<typeof EpisodeMessage>;

/** Who answered a call. */
export const AnswerSource = z.enum(['live', 'recording', 'emulator', 'failure_plan', 'check']);
export type AnswerSource = z.infer<typeof AnswerSource>;

export const EpisodeStep = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('agent'),
    /** Key of the call record. */
    call: Text,
    finishReason: z.string(),
    promptTokens: z.int(),
    completionTokens: z.int(),
  }),
  z.strictObject({
    kind: z.literal('tool'),
    callId: Text,
    name: z.string(),
    status: z.enum(['ok', 'error']),
    source: AnswerSource,
    problem: CallProblem.nullable(),
    /** The failure that was made up instead of asking the tool. */
    injected: FailureKind.nullable(),
    /** State of the episode's server or emulation after the call: a chain of hashes. */
    state: z.string(),
  }),
  z.strictObject({
    kind: z.literal('user'),
    /** Hash of the reply of the simulated user. */
    reply: Text,
  }),
]);
export type EpisodeStep = z.infer<typeof EpisodeStep>;

/** A conversation while it goes on; each turn of the agent stores the next one. */
export const Conversation = z.strictObject({
  messages: z.array(EpisodeMessage).min(1),
  steps: z.array(EpisodeStep),
});
export type Conversation = z.infer<typeof Conversation>;

const EpisodeTool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({ name: Text, description: z.string(), parameters: z.record(z.string(), z.json()) }),
});

/** The record of an episode that ended; the result of an episode item. */
export const Episode = z.strictObject({
  id: Text,
  plan: EpisodePlan,
  serverName: Text,
  domain: Text,
  licence: z.string().nullable(),
  /** Who answered calls: the server itself or an emulator. */
  environment: z.enum(['live', 'emulated']),
  /** As the agent was shown them. */
  tools: z.array(EpisodeTool),
  /** Hash of that list. */
  toolsHash: Text,
  messages: z.array(EpisodeMessage).min(1),
  steps: z.array(EpisodeStep),
  stopReason: StopReason,
  agent: z.strictObject({ model: Text, temperature: z.number(), topP: z.number(), maxTokens: z.int(), seed: z.int() }),
  failures: z.strictObject({
    rate: z.number(),
    injected: z.array(z.strictObject({ callId: Text, kind: FailureKind })),
  }),
  /** Which attempt at the episode this is; 0 for the first. */
  attempt: z.int().min(0),
});
export type Episode = z.infer<typeof Episode>;
