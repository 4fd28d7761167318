/**
 * Environments with state (ours; paper §3.2 knows look-ups only): a scenario, its design, the gold plan, the module, the
 * verdict and the row. One `STATE` at module level is all that a module may remember between calls.
 */
import { z } from 'zod';
import { GoldAnswer, RawAnswer } from '../answer/schema.ts';
import { ParameterSchema, ToolCall, ToolDocument } from '../environment/schema.ts';

/** A row of a scenario file: a text, or an object that holds it; fields beyond these are kept as provenance. */
export const ScenarioRow = z.union([
  z.string().trim().min(1),
  z.looseObject({
    scenario: z.string().trim().min(1),
    domain: z.string().trim().min(1).optional(),
    language: z.string().min(2).optional(),
    licence: z.string().optional(),
  }),
]);

/** What one environment with state is built from. */
export const Scenario = z.strictObject({
  scenario: z.string().min(1),
  domain: z.string().min(1),
  /** ISO 639-1. */
  language: z.string().min(2),
  /** Makes equal scenarios different units of work. */
  repeat: z.int().min(0),
  provenance: z.record(z.string(), z.json()),
  licence: z.string().optional(),
});
export type Scenario = z.infer<typeof Scenario>;

/** A tool document with the fields of its result: both writers rest on it, agents see the document alone. */
export const StatefulTool = z.object({
  ...ToolDocument.shape,
  /** Meaning of each field of the result, by its name. */
  returns: z.record(z.string(), z.string()),
});
export type StatefulTool = z.infer<typeof StatefulTool>;

const fewestTools = 2;
const mostTools = 6;

/** Reply of stateful/design. */
export const DesignReply = z.object({
  analysis: z.string(),
  /** What the user asks for, with everything that calls need. */
  task: z.string().min(1),
  tools: z.array(StatefulTool).min(fewestTools).max(mostTools),
  /** JSON Schema of STATE. */
  state_schema: ParameterSchema,
  initial_state: z.record(z.string(), z.json()),
});
export type DesignReply = z.infer<typeof DesignReply>;

/** Steps into STATE: keys of objects, positions of lists. What a path does not reach is null. */
export const StatePath = z.array(z.string().min(1)).min(1);

export const GoalAssertion = z.object({ path: StatePath, equals: z.json() });
export type GoalAssertion = z.infer<typeof GoalAssertion>;

const fewestCalls = 2;
const mostCalls = 8;

/** Reply of stateful/plan; a text "$2.field" stands for that field of the result of the second call. */
export const PlanReply = z.object({
  analysis: z.string(),
  calls: z.array(ToolCall).min(fewestCalls).max(mostCalls),
  goal: z.array(GoalAssertion).min(1),
  /** What the user wants to hear, and the call, counted from 1, whose result holds it. */
  answers: z.array(z.object({ call: z.int().min(1), answer: RawAnswer })),
});
export type PlanReply = z.infer<typeof PlanReply>;

/** The rules of an environment with state, in order; their names are a persisted interface. */
export const StatefulRule = z.enum([
  'document',
  'leak',
  'signature',
  'static',
  'hard_coded',
  'initial_state',
  'gold_sequence',
  'goal',
  'open_goal',
  'traceable',
  'repeat_run',
  'state',
  'shortened',
  'dependencies',
  'shuffled',
  'refusals',
  'module_output',
]);
export type StatefulRule = z.infer<typeof StatefulRule>;

/** Who has to write again; "disagreement": plan and implementation contradict each other, and no rule knows who is right. */
export const StatefulBlame = z.enum(['design', 'plan', 'implementation', 'disagreement']);
export type StatefulBlame = z.infer<typeof StatefulBlame>;

export const StatefulRuleResult = z.strictObject({
  rule: StatefulRule,
  ok: z.boolean(),
  /** What was seen, for people and the audit. */
  detail: z.string(),
  /** Present when not ok. */
  blame: StatefulBlame.optional(),
});
export type StatefulRuleResult = z.infer<typeof StatefulRuleResult>;

/** One call of the gold sequence with what it returned. */
export const GoldStep = z.strictObject({
  fn: z.string(),
  args: z.record(z.string(), z.json()),
  /** Canonical JSON text. */
  result: z.string(),
  /** SHA-256 of STATE after the call. */
  stateHash: z.string(),
});
export type GoldStep = z.infer<typeof GoldStep>;

/** One emitted environment with state, content-addressed. */
export const StatefulEnvironment = z.strictObject({
  schemaVersion: z.literal(1),
  mode: z.literal('stateful'),
  id: z.string(),
  scenarioId: z.string(),
  scenario: z.string(),
  domain: z.string(),
  language: z.string(),
  task: z.string(),
  documents: z.array(StatefulTool).min(fewestTools),
  stateSchema: ParameterSchema,
  initialState: z.record(z.string(), z.json()),
  /** Python source of the one module with STATE and all functions. */
  code: z.string(),
  /** SHA-256 of STATE before the first call. */
  initialStateHash: z.string(),
  gold: z.array(GoldStep).min(fewestCalls),
  finalStateHash: z.string(),
  goal: z.array(GoalAssertion).min(1),
  answers: z.array(z.strictObject({ fn: z.string(), gold: GoldAnswer })),
  /** Pairs of gold calls, counted from 1: without the first the second gives something else. */
  dependencies: z.array(z.tuple([z.int().min(1), z.int().min(1)])).min(1),
  proof: z.array(StatefulRuleResult),
  licence: z.string().optional(),
});
export type StatefulEnvironment = z.infer<typeof StatefulEnvironment>;
