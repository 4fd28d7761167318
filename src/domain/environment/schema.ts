/**
 * Tools, calls, candidates, rule results and environments (method §8.4 to §8.6).
 */
import { z } from 'zod';
import { GoldAnswer, RawAnswer } from '../answer/schema.ts';
import { Scenario } from '../decomposition/schema.ts';

/** JSON Schema of a tool's parameters: always an object schema with named properties. */
export const ParameterSchema = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.json()),
  required: z.array(z.string()).optional(),
});
export type ParameterSchema = z.infer<typeof ParameterSchema>;

/** The description of a tool that an agent sees (OpenAI function without its wrapper). */
export const ToolDocument = z.object({
  name: z.string(),
  description: z.string(),
  parameters: ParameterSchema,
});
export type ToolDocument = z.infer<typeof ToolDocument>;

/** One call with keyword arguments and literal values. */
export const ToolCall = z.object({ name: z.string(), arguments: z.record(z.string(), z.json()) });
export type ToolCall = z.infer<typeof ToolCall>;

/** Replies of environment/tool-document and environment/tool-complexity. */
export const ToolDocumentReply = z.object({ analysis: z.string(), tool: ToolDocument });
export type ToolDocumentReply = z.infer<typeof ToolDocumentReply>;

/** Reply of environment/tool-call; null when the document cannot serve the question. */
export const ToolCallReply = z.object({ analysis: z.string(), call: ToolCall.nullable() });
export type ToolCallReply = z.infer<typeof ToolCallReply>;

/** Reply of environment/tool-implementation and environment/merge-implementation: Python source. */
export const ToolImplementationReply = z.object({ analysis: z.string(), code: z.string().min(1) });
export type ToolImplementationReply = z.infer<typeof ToolImplementationReply>;

/** Reply of environment/intent-clusters: a partition of the node ids that were shown. */
export const IntentClustersReply = z.object({
  clusters: z.array(z.object({ intent: z.string(), ids: z.array(z.int()).min(1), reason: z.string() })).min(1),
});
export type IntentClustersReply = z.infer<typeof IntentClustersReply>;

/** The nine acceptance rules of §8.4, in order; their names are a persisted interface. */
export const AcceptanceRule = z.enum([
  'document',
  'leak',
  'signature',
  'static',
  'gold_call',
  'repeat_run',
  'sensitivity',
  'negatives',
  'module_output',
]);
export type AcceptanceRule = z.infer<typeof AcceptanceRule>;

/** Which part of a candidate has to be written again. */
export const Blame = z.enum(['document', 'call', 'implementation']);
export type Blame = z.infer<typeof Blame>;

export const RuleResult = z.strictObject({
  rule: AcceptanceRule,
  ok: z.boolean(),
  /** What was seen, for people and the audit; may name the call and its arguments. */
  detail: z.string(),
  /** Present when not ok. */
  blame: Blame.optional(),
  /** Said to the implementation writer: never names the call or its arguments (information barrier). */
  hint: z.string().optional(),
});
export type RuleResult = z.infer<typeof RuleResult>;

/** One node's tool as it is proposed, before any proof. */
export const ToolCandidate = z.strictObject({
  nodeId: z.int().min(1),
  /** The question the tool answers: the sub-question, with the pairs it rests on below. */
  question: z.string(),
  known: z.array(z.strictObject({ question: z.string(), answer: z.string() })),
  gold: GoldAnswer,
  /** The document before complexity scaling, when there was one: rule 1 compares against it. */
  draft: ToolDocument.optional(),
  document: ToolDocument,
  call: ToolCall,
  code: z.string(),
});
export type ToolCandidate = z.infer<typeof ToolCandidate>;

/** A tool that passed all nine rules, with its proof. */
export const ProvenTool = z.strictObject({
  id: z.string(),
  document: ToolDocument,
  code: z.string(),
  /** Every question this tool answers; more than one after a merge. */
  cases: z
    .array(
      z.strictObject({
        nodeId: z.int().min(1),
        question: z.string(),
        gold: GoldAnswer,
        call: ToolCall,
        /** Canonical JSON text of what the call returned. */
        output: z.string(),
      }),
    )
    .min(1),
  proof: z.array(RuleResult),
  /** Node ids whose own tools were merged into this one; one id when unmerged. */
  mergedFrom: z.array(z.int()).min(1),
  intent: z.string().optional(),
});
export type ProvenTool = z.infer<typeof ProvenTool>;

/** One emitted environment (§8.6), content-addressed; exports are views of this. */
export const Environment = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  instanceId: z.string(),
  question: z.string(),
  answer: GoldAnswer,
  language: z.string(),
  domain: z.string(),
  scenario: Scenario,
  hops: z.int().min(1),
  nodes: z.array(
    z.strictObject({
      id: z.int().min(1),
      subQuestion: z.string(),
      answer: GoldAnswer,
      dependencies: z.array(z.int()),
      /** Null: this node needs no tool. */
      tool: z.string().nullable(),
    }),
  ),
  tools: z.array(ProvenTool).min(1),
  /** SHA-256 over the canonical outputs of all gold calls, equal in two runs (§8.5 final replay). */
  replayHash: z.string(),
  score: z.number().nullable(),
  licence: z.string().optional(),
  sourceId: z.string().optional(),
});
export type Environment = z.infer<typeof Environment>;

/** Candidate environments as files carry them: input of `astra verify environments`. */
export const CandidateRow = z.looseObject({
  id: z.union([z.string(), z.int()]),
  question: z.string(),
  answer: RawAnswer.optional(),
  language: z.string().optional(),
  nodes: z
    .array(
      z.looseObject({
        id: z.union([z.int(), z.string()]),
        sub_question: z.string(),
        answer: RawAnswer,
        dependencies: z
          .array(z.union([z.int(), z.string()]))
          .nullable()
          .optional(),
        tool: z.object({ document: ToolDocument, call: ToolCall, code: z.string() }).nullable(),
      }),
    )
    .min(1),
});
export type CandidateRow = z.infer<typeof CandidateRow>;
