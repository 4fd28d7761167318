/**
 * Shapes of the tool graph (method §3): proposals of the model, weighted edges with their provenance, chains, and the
 * replies of the operators that a chain has to pass.
 */
import { z } from 'zod';
import { PoolServer } from '../tool-pool/schema.ts';

const Name = z.string().min(1);

/** One chain as it is asked for; items are validated one by one, so that a bad one never loses the others. */
export const ProposedChain = z.object({
  verdict: z.enum(['yes', 'no', 'not_sure']),
  tools: z.array(Name),
  task: z.string(),
});
export type ProposedChain = z.infer<typeof ProposedChain>;

const { $schema: _, ...proposedChainSchema } = z.toJSONSchema(ProposedChain);

/** Reply of prompt trajectory/chain-proposal; empty when no tool needs another. */
export const ChainProposalReply = z.object({ chains: z.array(z.unknown().meta(proposedChainSchema)) });
export type ChainProposalReply = z.infer<typeof ChainProposalReply>;

/** Which ask a chain came from: given by the file, or slice and order of the tools that were shown. */
export const ProposalOrigin = z.strictObject({
  /** -1: the chain came with the file. */
  sample: z.int().min(-1),
  slice: z.int().min(0),
  /** Position in the reply. */
  chain: z.int().min(0),
});
export type ProposalOrigin = z.infer<typeof ProposalOrigin>;

/** Schemas that say that a result of one tool fits an argument of another. */
export const Evidence = z.strictObject({
  /** Result field of the earlier tool, with the fields it lies in: "tasks.id". */
  field: Name,
  /** Parameter of the later tool. */
  parameter: Name,
  /** exact: same name and type. entity: the field is the id or name of what the parameter's name says. */
  kind: z.enum(['exact', 'entity']),
});
export type Evidence = z.infer<typeof Evidence>;

export const Edge = z.strictObject({
  from: Name,
  to: Name,
  /** Chains, over all samples of the server, in which `to` directly follows `from`; 0 when all of them were unsure. */
  weight: z.int().min(0),
  /** The chains that say so. */
  proposals: z.array(ProposalOrigin),
  /** The chains that were not sure. */
  unsure: z.array(ProposalOrigin),
  evidence: z.array(Evidence),
});
export type Edge = z.infer<typeof Edge>;

/** Why a proposed chain is not in the graph. */
export const ProposalRule = z.enum(['not_a_chain', 'unknown_tool', 'too_short', 'said_no', 'repeats_itself']);

/** The graph of one server: nodes are all its tools, isolated ones included. */
export const ToolGraph = z.strictObject({
  tools: z.array(Name),
  edges: z.array(Edge),
  /** Groups of tools that lead to each other, each of two or more. */
  cycles: z.array(z.array(Name)),
  refused: z.array(z.strictObject({ origin: ProposalOrigin, rule: ProposalRule, detail: z.string() })),
});
export type ToolGraph = z.infer<typeof ToolGraph>;

/** A chain that was proposed and may be used. */
export const Proposal = z.strictObject({
  origin: ProposalOrigin,
  tools: z.array(Name),
  /** False: "not sure", kept as evidence of weight 0. */
  sure: z.boolean(),
});
export type Proposal = z.infer<typeof Proposal>;

/** A graph as it is stored: with the hash of its server, the chains it was built from, and what its walks came to. */
export const StoredGraph = z.strictObject({
  server: Name,
  proposals: z.array(Proposal),
  graph: ToolGraph,
  walks: z.strictObject({
    walks: z.int(),
    short: z.int(),
    repeated: z.int(),
    capped: z.int(),
    edges: z.int(),
    covered: z.int(),
  }),
});
export type StoredGraph = z.infer<typeof StoredGraph>;

/** A chain to be verified; the body of a chain item. */
export const Chain = z.strictObject({
  /** Hash of the pool server its tools belong to. */
  server: Name,
  tools: z.array(Name).min(2),
  /** Pairs of positions that the graph orders: the earlier must come before the later. */
  order: z.array(z.tuple([z.int().min(0), z.int().min(0)])),
  /** Draw it came from; -1 for one that was walked to cover an edge. */
  walk: z.int().min(-1),
});
export type Chain = z.infer<typeof Chain>;

/** Where the value of an argument comes from; steps are counted from 1. */
const ArgumentSource = z.object({
  name: Name,
  source: z.enum(['user', 'step', 'default', 'unknown']),
  from_step: z.int().min(1).nullable(),
  field: z.string().nullable(),
});

/** Reply of prompt trajectory/chain-dependency. */
export const ChainDependencyReply = z.object({
  reason: z.string(),
  steps: z.array(
    z.object({
      step: z.int().min(1),
      arguments: z.array(ArgumentSource),
      /** Earlier steps whose effect this one rests on, beyond its arguments. */
      needs: z.array(z.int().min(1)),
    }),
  ),
});
export type ChainDependencyReply = z.infer<typeof ChainDependencyReply>;

/** Reply of prompt trajectory/chain-vote. */
export const ChainVoteReply = z.object({
  reason: z.string(),
  is_valid: z.boolean(),
  task_description: z.string(),
  user_query: z.string(),
  task_plan: z.string(),
});
export type ChainVoteReply = z.infer<typeof ChainVoteReply>;

/** Reply of prompt trajectory/chain-query: the chain told as a request. */
export const ChainQueryReply = z.object({ reason: z.string(), valid: z.boolean(), query: z.string() });
export type ChainQueryReply = z.infer<typeof ChainQueryReply>;

/** Reply of prompt trajectory/query-chain: the request told as a chain. */
export const QueryChainReply = z.object({ plan: z.string(), chain: z.array(Name).min(1) });
export type QueryChainReply = z.infer<typeof QueryChainReply>;

/** What each prompt rests on. */
export const ServerFacts = z.object({ server: PoolServer });
export const ChainFacts = z.object({ server: PoolServer, chain: Chain });
export const QueryFacts = z.object({ server: PoolServer, chain: Chain, query: ChainQueryReply });
export const SliceParams = z.object({ sample: z.int().min(0), slice: z.int().min(0) });
export const NoParams = z.object({});
