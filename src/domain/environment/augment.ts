/**
 * New questions for proven tools (ours; method §8.1): other valid arguments stand in place of a question's values, and
 * what the tool itself returns for them is the new gold answer. No model is asked; every new question passes the same
 * rules as the first. Only values that stand in the text once, as a word of their own, can be exchanged.
 */
import { matchesGold } from '../answer/checker.ts';
import { typeAnswer } from '../answer/gold.ts';
import { leavesOf } from '../answer/leaves.ts';
import type { GoldAnswer, RawAnswer } from '../answer/schema.ts';
import type { Instance, InstanceNode } from '../decomposition/schema.ts';
import { canonicalJson, contentId } from '../ids.ts';
import type { Json, JsonObject } from '../json.ts';

/** Why no new question came of a draw. */
export type AugmentRule =
  | 'no_other_arguments'
  | 'value_not_in_question'
  | 'no_result'
  | 'answer_of_other_form'
  | 'answer_of_no_node'
  | 'not_accepted';

/** A printed value and what takes its place. */
export interface Swap {
  readonly from: string;
  readonly to: string;
}

/** A node's question and answer after the exchange. */
export interface RenewedNode {
  readonly nodeId: number;
  readonly swaps: readonly Swap[];
  readonly answer: GoldAnswer;
}

/** The scalar arguments that differ, as they are printed; undefined when something else than a scalar does. */
export function swapsBetween(before: JsonObject, after: JsonObject): Swap[] | undefined {
  const swaps: Swap[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [from, to] = [before[name] ?? null, after[name] ?? null];
    if (canonicalJson(from) === canonicalJson(to)) continue;
    if (!isPrintable(from) || !isPrintable(to)) return undefined;
    swaps.push({ from: String(from), to: String(to) });
  }
  return swaps;
}

/** The text with every value exchanged; undefined when one does not stand in it exactly once as a word of its own. */
export function swapInText(text: string, swaps: readonly Swap[]): string | undefined {
  const places: { readonly at: number; readonly swap: Swap }[] = [];
  for (const swap of swaps) {
    const found = [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])${escaped(swap.from)}(?![\\p{L}\\p{N}])`, 'gu'))];
    const [only] = found;
    if (only === undefined || found.length > 1) return undefined;
    places.push({ at: only.index, swap });
  }
  // From the end, so that earlier places stay where they were found.
  return places
    .toSorted((a, b) => b.at - a.at)
    .reduce((made, { at, swap }) => made.slice(0, at) + swap.to + made.slice(at + swap.from.length), text);
}

/** An answer of an earlier node and its new one. */
export interface RenewedAnswer {
  readonly before: GoldAnswer;
  readonly now: GoldAnswer;
}

export interface CarriedArguments {
  /** The arguments with the new answers of earlier nodes. */
  readonly args: JsonObject;
  /** Names of those that hold such an answer: the question does not give them. */
  readonly resting: readonly string[];
}

/** Arguments in which answers of earlier nodes are exchanged for their new ones. */
export function carryAnswers(args: JsonObject, answers: readonly RenewedAnswer[]): CarriedArguments {
  const found = Object.entries(args).map(([name, value]) => {
    const answer = answers.find(({ before }) => isPrintable(value) && isSameValue(before, value));
    return { name, rests: answer !== undefined, value: answer === undefined ? value : ofType(value, answer.now) };
  });
  return {
    args: Object.fromEntries(found.map(({ name, value }) => [name, value])),
    resting: found.flatMap(({ name, rests }) => (rests ? [name] : [])),
  };
}

/** The gold answer that a new output gives, read from where the old one stood; undefined when the forms differ. */
export function renewedAnswer(gold: GoldAnswer, before: Json, now: Json): GoldAnswer | undefined {
  const [old, fresh] = [leavesOf(before), leavesOf(now)];
  const places = old.flatMap(({ value }, at) => (String(value) === gold.text && matchesGold(gold, value) ? [at] : []));
  const [place] = places;
  if (place === undefined || places.length > 1 || old.length !== fresh.length) return undefined;
  const value = fresh[place]?.value;
  // Leaves are scalars.
  const typed = typeAnswer(value as RawAnswer);
  return typed.ok && typed.gold.type === gold.type ? typed.gold : undefined;
}

/**
 * The instance with its renewed nodes; a rule when the question does not hold a value, or the final answer is not made of
 * the nodes' answers. `from` is kept in the provenance.
 */
export function renewInstance(
  instance: Instance,
  renewed: readonly RenewedNode[],
): { readonly ok: true; readonly instance: Instance } | { readonly ok: false; readonly rule: AugmentRule } {
  const question = swapInText(instance.question, distinctSwaps(renewed.flatMap(({ swaps }) => swaps)));
  if (question === undefined) return { ok: false, rule: 'value_not_in_question' };
  const nodes: InstanceNode[] = [];
  for (const node of instance.nodes) {
    const change = renewed.find(({ nodeId }) => nodeId === node.id);
    const subQuestion = change === undefined ? node.subQuestion : swapInText(node.subQuestion, change.swaps);
    if (subQuestion === undefined) return { ok: false, rule: 'value_not_in_question' };
    nodes.push({ ...node, subQuestion, answer: change?.answer ?? node.answer });
  }
  const answer = renewedFinal(instance, nodes);
  if (answer === undefined) return { ok: false, rule: 'answer_of_no_node' };
  const content = nodes.map((node) => [node.id, node.subQuestion, node.answer.text, node.dependencies]);
  const id = contentId('inst', { question, trace: content });
  const provenance = { ...instance.source.provenance, augmentedFrom: instance.id };
  return {
    ok: true,
    instance: { ...instance, id, question, answer, nodes, source: { ...instance.source, provenance } },
  };
}

/** One node's answer, or the list of several in its order. */
function renewedFinal(instance: Instance, nodes: readonly InstanceNode[]): GoldAnswer | undefined {
  const now = (text: string): string | undefined => {
    const at = instance.nodes.findIndex(({ answer }) => answer.text === text);
    return at === -1 ? undefined : nodes[at]?.answer.text;
  };
  const whole = instance.nodes.findLastIndex(({ answer }) => answer.text === instance.answer.text);
  if (whole !== -1) return nodes[whole]?.answer;
  const { value } = instance.answer;
  if (!Array.isArray(value)) return undefined;
  const parts = value.map((one) => now(String(one)));
  if (!parts.every((part) => part !== undefined)) return undefined;
  const typed = typeAnswer(parts);
  return typed.ok ? typed.gold : undefined;
}

/** The same value may stand in two nodes of one question: it is exchanged once. */
function distinctSwaps(swaps: readonly Swap[]): Swap[] {
  return [...new Map(swaps.map((swap) => [swap.from, swap])).values()];
}

function isSameValue(gold: GoldAnswer, value: Json): boolean {
  return String(value) === gold.text || String(value) === String(gold.value);
}

function ofType(like: Json, answer: GoldAnswer): Json {
  return typeof like === 'number' ? Number(answer.value) : answer.text;
}

function isPrintable(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
