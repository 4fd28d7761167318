/**
 * Decomposed questions (method §8.1): replies of the model, the normalised instance, and the verdicts of §8.2 and §8.3.
 */
import { z } from 'zod';
import { GoldAnswer, RawAnswer } from '../answer/schema.ts';

/** The five ways a question comes in (§8.1), ready-made decompositions, and finished environments. */
export const SourceMode = z.enum(['domain', 'list', 'corpus', 'question', 'taxonomy', 'decomposition', 'environment']);
export type SourceMode = z.infer<typeof SourceMode>;

/** One row that asks for decompositions: what a source yields before any model is asked. */
export const SourceQuestion = z.strictObject({
  mode: SourceMode,
  domain: z.string().min(1),
  /** ISO 639-1, for example "en" or "zh". */
  language: z.string().min(2),
  hops: z.strictObject({ min: z.int().min(1), max: z.int().min(1) }),
  /** corpus mode: the text the question must rest on. */
  corpus: z.string().optional(),
  /** question mode: the question as given. */
  question: z.string().optional(),
  /** question mode: its answer, when the file names one. */
  answer: RawAnswer.optional(),
  /** taxonomy mode: description and one example of the leaf. */
  taxonomy: z
    .strictObject({ path: z.array(z.string()), description: z.string(), example: z.string().optional() })
    .optional(),
  /** decomposition mode: the row of the file, read by the importer. */
  decomposition: z.json().optional(),
  /** Repeat number of an equal row: makes equal prompts different units of work (probe 27). */
  repeat: z.int().min(0),
  /** Unknown fields of the source row, kept as provenance. */
  provenance: z.record(z.string(), z.json()),
  licence: z.string().optional(),
});
export type SourceQuestion = z.infer<typeof SourceQuestion>;

const NodeId = z.union([z.int(), z.string()]);

/** One item of DecomposeReply as it is asked for; the importer accepts ASTRA's names beside these. */
export const DecompositionItem = z.object({
  question: z.string(),
  answer: RawAnswer,
  scenario: z.string().optional(),
  nodes: z
    .array(
      z.object({
        id: NodeId,
        sub_question: z.string(),
        answer: RawAnswer,
        dependencies: z.array(NodeId).nullable(),
        hop_level: z.int().optional(),
        is_parallel: z.boolean().optional(),
      }),
    )
    .min(1),
});
export type DecompositionItem = z.infer<typeof DecompositionItem>;

const { $schema: _, ...itemJsonSchema } = z.toJSONSchema(DecompositionItem);

/**
 * Reply of prompt decomposition/decompose. The model is shown what an item looks like, but here items are any JSON:
 * they are validated one by one, so a bad one never loses the others.
 */
export const DecomposeReply = z.object({ decompositions: z.array(z.unknown().meta(itemJsonSchema)).min(1) });
export type DecomposeReply = z.infer<typeof DecomposeReply>;

/** A decomposition as ASTRA's files carry it (§8.1). */
export const AstraRow = z.looseObject({
  uuid: NodeId.optional(),
  scenario_type: z.string().nullish(),
  main_question: z.string(),
  final_answer: RawAnswer,
  decomposition_trace: z
    .array(
      z.looseObject({
        _uuid: NodeId,
        sub_question: z.string(),
        sub_answer: RawAnswer,
        dependency: z.array(NodeId).nullish(),
        hop_level: z.int().nullish(),
        is_parallel: z.boolean().nullish(),
      }),
    )
    .min(1),
  _metadata: z.looseObject({ domain: z.string().optional(), language: z.string().optional() }).nullish(),
});
export type AstraRow = z.infer<typeof AstraRow>;

/** A decomposition in our own names, as replies and candidate environments carry it. */
export const NodesRow = z.looseObject({
  id: NodeId.optional(),
  question: z.string(),
  answer: RawAnswer.optional(),
  scenario: z.string().nullish(),
  language: z.string().optional(),
  domain: z.string().optional(),
  nodes: z
    .array(
      z.looseObject({
        id: NodeId,
        sub_question: z.string(),
        answer: RawAnswer,
        dependencies: z.array(NodeId).nullish(),
        hop_level: z.int().nullish(),
        is_parallel: z.boolean().nullish(),
      }),
    )
    .min(1),
});
export type NodesRow = z.infer<typeof NodesRow>;

/** Shape of a question's graph, recomputed by code (§8.1). */
export const Scenario = z.enum(['Single-Hop', 'Multi-Hop', 'Parallel Single-Hop', 'Parallel Multi-Hop']);
export type Scenario = z.infer<typeof Scenario>;

export const InstanceNode = z.strictObject({
  /** 1..n in the listed order. */
  id: z.int().min(1),
  subQuestion: z.string().min(1),
  answer: GoldAnswer,
  /** Ids of earlier nodes, ascending. */
  dependencies: z.array(z.int().min(1)),
  /** Longest dependency path ending here, counted in nodes. */
  hopLevel: z.int().min(1),
  isParallel: z.boolean(),
});
export type InstanceNode = z.infer<typeof InstanceNode>;

/** A structurally valid decomposed question: acyclic, ids 1..n, typed answers. */
export const Instance = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  question: z.string().min(1),
  answer: GoldAnswer,
  language: z.string(),
  domain: z.string(),
  nodes: z.array(InstanceNode).min(1),
  /** Largest hopLevel. */
  hops: z.int().min(1),
  scenario: Scenario,
  /** What the reply claimed and code computed otherwise, for example {"scenario": "Multi-Hop"}. */
  differingClaims: z.record(z.string(), z.json()),
  source: z.strictObject({
    mode: SourceMode,
    questionId: z.string(),
    /** Id of an imported row, when it had one. */
    sourceId: z.string().optional(),
    licence: z.string().optional(),
    provenance: z.record(z.string(), z.json()),
  }),
});
export type Instance = z.infer<typeof Instance>;

/** Reply of decomposition/necessity (§8.2): one entry per node, same ids. */
export const NecessityReply = z.object({
  nodes: z.array(z.object({ id: z.int(), needs_tool: z.boolean(), reason: z.string() })).min(1),
});
export type NecessityReply = z.infer<typeof NecessityReply>;

/** Reply of decomposition/dependency (§8.3), asked per node that has dependencies. */
export const DependencyReply = z.object({
  reason: z.string(),
  /** Presupposed facts that no referenced pair supplies. */
  missing: z.array(z.string()),
  /** Referenced ids that are entirely useless for the question. */
  useless: z.array(z.int()),
});
export type DependencyReply = z.infer<typeof DependencyReply>;

/** Reply of decomposition/atomicity (§8.3): one entry per node, same ids. */
export const AtomicityReply = z.object({
  nodes: z.array(z.object({ id: z.int(), atomic: z.boolean(), reason: z.string() })).min(1),
});
export type AtomicityReply = z.infer<typeof AtomicityReply>;

/** Reply of decomposition/serialization (§8.3): nodes chained although they could run side by side. */
export const SerializationReply = z.object({ reason: z.string(), problematic: z.array(z.int()) });
export type SerializationReply = z.infer<typeof SerializationReply>;

/** Reply of decomposition/completeness (§8.3). */
export const CompletenessReply = z.object({
  requirements: z.array(z.object({ requirement: z.string(), covered_by: z.array(z.int()) })).min(1),
  reason: z.string(),
});
export type CompletenessReply = z.infer<typeof CompletenessReply>;

const Share = z.number().min(0).max(1);

/** ASTRA's `verify_result` as its code writes it. */
export const VerifyResultCode = z.looseObject({
  score: Share,
  extra_info: z.looseObject({
    dependency: z.looseObject({ score: Share.nullable() }),
    data_quality: z.looseObject({ score: Share.nullable() }),
    forced_serialization: z.looseObject({ score: Share.nullable() }),
    completeness: z.looseObject({ score: Share.nullable() }),
  }),
});
export type VerifyResultCode = z.infer<typeof VerifyResultCode>;

/** ASTRA's `verify_result` as its documentation describes it. */
export const VerifyResultDocumented = z.looseObject({
  dependency_score: Share.nullable(),
  atomicity_score: Share.nullable(),
  forced_serialization_score: Share.nullable(),
  subqa_completeness_score: Share.nullable(),
  overall_score: Share,
});
export type VerifyResultDocumented = z.infer<typeof VerifyResultDocumented>;

/** Facts and parameters of the prompts of this stage. */
export const QuestionFacts = z.object({ question: SourceQuestion });
export type QuestionFacts = z.infer<typeof QuestionFacts>;
export const InstanceFacts = z.object({ instance: Instance });
export type InstanceFacts = z.infer<typeof InstanceFacts>;
export const NoParams = z.object({});
export type NoParams = z.infer<typeof NoParams>;
export const NodeParams = z.object({ node: z.int().min(1) });
export type NodeParams = z.infer<typeof NodeParams>;

/** Rows of source files, by mode (§8.1); fields beyond these are kept as provenance. */
const RowExtras = { language: z.string().min(2).optional(), licence: z.string().optional() };
const Name = z.string().trim().min(1);
export const ListRow = z.union([Name, z.looseObject({ domain: Name, ...RowExtras })]);
export const CorpusRow = z.looseObject({
  domain: Name,
  knowledge_corpus: z.string().optional(),
  description: z.string().optional(),
  ...RowExtras,
});
export const QuestionRow = z.looseObject({
  question: Name,
  domain: Name.optional(),
  answer: RawAnswer.optional(),
  ...RowExtras,
});
export const TaxonomyLeaf = z.looseObject({
  description: z.string(),
  examples: z.array(z.union([z.string(), z.looseObject({ query: z.string() })])).default([]),
});
export type TaxonomyLeaf = z.infer<typeof TaxonomyLeaf>;
