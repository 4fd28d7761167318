/** One node with other values: what the question gives is drawn anew, what it rests on comes from the nodes before. */
import { hasFacts } from '../../domain/environment/acceptance.ts';
import { argumentVariants } from '../../domain/environment/argument-variants.ts';
import {
  type AugmentRule,
  carryAnswers,
  type RenewedAnswer,
  type RenewedNode,
  renewedAnswer,
  swapsBetween,
} from '../../domain/environment/augment.ts';
import { resultOf } from '../../domain/environment/call-outcome.ts';
import { type Environment, type ProvenTool, ToolCall } from '../../domain/environment/schema.ts';
import { canonicalJson } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { pick, type Rng } from '../../domain/random.ts';
import { callTool, firstRun, type ProofTools } from './run-acceptance.ts';

export interface NodeJob {
  readonly node: Environment['nodes'][number];
  readonly tool: ProvenTool;
  readonly environment: Environment;
  /** The nodes before it. */
  readonly renewed: readonly RenewedNode[];
  readonly rng: Rng;
}

type Renewed =
  | { readonly ok: true; readonly value: { readonly node: RenewedNode; readonly args: JsonObject } }
  | { readonly ok: false; readonly rule: AugmentRule };

/** The node's new question parts, arguments and answer. Throws SandboxError (Infra) when the sandbox fails. */
export async function renewNode(tools: ProofTools, job: NodeJob): Promise<Renewed> {
  const { node, tool } = job;
  const own = tool.cases.find(({ nodeId }) => nodeId === node.id);
  if (own === undefined) return { ok: false, rule: 'answer_of_no_node' };
  const { args: carried, resting } = carryAnswers(own.call.arguments, answersBelow(job));
  const args = await otherArguments(tools, { tool, carried, resting, rng: job.rng });
  if (args === undefined) return { ok: false, rule: 'no_other_arguments' };
  const swaps = swapsBetween(carried, args);
  if (swaps === undefined) return { ok: false, rule: 'value_not_in_question' };
  const now = await outputOf(tools, tool, args);
  if (now === undefined) return { ok: false, rule: 'no_result' };
  // What the gold call returned stands in the row, as JSON text that its replay wrote.
  const answer = renewedAnswer(node.answer, JSON.parse(own.output) as Json, now);
  if (answer === undefined) return { ok: false, rule: 'answer_of_other_form' };
  return { ok: true, value: { node: { nodeId: node.id, swaps, answer }, args } };
}

function answersBelow({ node, environment, renewed }: NodeJob): RenewedAnswer[] {
  return renewed.flatMap(({ nodeId, answer }) => {
    const below = environment.nodes.find(({ id }) => id === nodeId);
    return below !== undefined && node.dependencies.includes(nodeId) ? [{ before: below.answer, now: answer }] : [];
  });
}

/** Valid arguments that keep what rests on earlier answers; the carried ones where the question gives none of them. */
async function otherArguments(
  tools: ProofTools,
  { tool, carried, resting, rng }: { tool: ProvenTool; carried: JsonObject; resting: readonly string[]; rng: Rng },
): Promise<JsonObject | undefined> {
  if (Object.keys(carried).every((name) => resting.includes(name))) return carried;
  const facts = await tools.inspector.inspect(tool.code);
  if (!hasFacts(facts)) return undefined;
  const call = ToolCall.parse({ name: tool.document.name, arguments: carried });
  const source = { document: tool.document, call, facts, validate: tools.validate };
  const fitting = [...argumentVariants(source, rng)].filter((variant) => keeps(variant, carried, resting));
  return fitting.length === 0 ? undefined : pick(rng, fitting);
}

function keeps(variant: JsonObject, carried: JsonObject, names: readonly string[]): boolean {
  return names.every((name) => canonicalJson(variant[name] ?? null) === canonicalJson(carried[name] ?? null));
}

async function outputOf(tools: ProofTools, tool: ProvenTool, args: JsonObject): Promise<Json | undefined> {
  const target = { env: await tools.sandbox.load(tool.code), name: tool.document.name };
  return resultOf(await callTool(tools.sandbox, target, { ...firstRun, args }));
}
