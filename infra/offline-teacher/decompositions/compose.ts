/** One decomposed question of a wanted number of hops: plan, values, main question and final answer. */

import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, chance, pick } from '../draws.ts';
import type { NameSource } from '../language/names.ts';
import { openingOf } from '../language/openings.ts';
import { kindOf } from '../questions/kinds.ts';
import { speechOf } from '../questions/wording.ts';
import type { FilledNode } from './fill.ts';
import { fillPlan, printed } from './fill.ts';
import type { PlannedNode } from './plan.ts';
import { chain, fork, join, parallel } from './plan.ts';

export interface DecompositionRequest {
  readonly domain: string;
  readonly hops: { readonly min: number; readonly max: number };
  /** question mode: the main question as given. */
  readonly question: string | undefined;
  /** question mode: its answer, when given. */
  readonly answer: Json | undefined;
}

/** One item of the decompose reply. */
export function composeDecomposition(request: DecompositionRequest, source: NameSource): JsonObject {
  const { rng } = source;
  const hops = between(rng, request.hops.min, Math.max(request.hops.min, request.hops.max));
  const given = request.question === undefined ? undefined : request.answer;
  const ends = given === undefined ? freePlan(rng, hops) : [answerPlan(rng, hops)];
  const nodes = fillPlan(ends, source, given);
  const finals = nodes.filter((node) => !nodes.some((other) => other.dependencies.includes(node.id)));
  return {
    question: request.question ?? mainQuestion(request.domain, { nodes, finals }, source),
    answer: given ?? finalAnswer(finals),
    scenario: scenarioOf(nodes),
    nodes: nodes.map((node) => item(node, nodes)),
  };
}

function freePlan(rng: Rng, hops: number): readonly PlannedNode[] {
  if (hops <= 1) return chance(rng, 0.5) ? [chain(rng, 1)] : parallel(rng, between(rng, 2, 3));
  const shape = pick(rng, ['chain', 'chain', 'join', 'join', 'fork']);
  if (shape === 'chain') return [chain(rng, hops)];
  return shape === 'join' ? [join(rng, hops)] : fork(rng, hops);
}

/** Ends in a question whose answer may be anything, so that a given answer fits. */
function answerPlan(rng: Rng, hops: number): PlannedNode {
  if (hops <= 1) return { kind: kindOf('finding'), rests: {} };
  return { kind: kindOf('entry'), rests: { code: chain(rng, hops - 1, 'code') } };
}

const ENGLISH_OPENINGS = [
  'For a case in {}: what is ',
  'I am working on {} and need to know ',
  'A question about {}: what is ',
];
const CHINESE_OPENINGS = ['在{}场景中，请问', '我正在处理{}方面的事务，想知道', '关于{}的问题：请问'];

/**
 * The last questions with the earlier ones inside them. In other scripts the English part of such a sentence would
 * drown the language that was asked for: there the questions follow one another.
 */
function mainQuestion(
  domain: string,
  { nodes, finals }: { nodes: readonly FilledNode[]; finals: readonly FilledNode[] },
  { rng, language }: NameSource,
): string {
  if (openingOf(language) !== '') return nodes.map((node) => node.question).join(' ');
  const speech = speechOf(language);
  const subject = domain.replaceAll('_', ' ').replace(/\s+/g, ' ').trim().slice(0, 60);
  const opening = pick(rng, speech === 'zh' ? CHINESE_OPENINGS : ENGLISH_OPENINGS).replace('{}', () => subject);
  const phrases = finals.map((node) => node.phrase);
  return speech === 'zh' ? `${opening}${phrases.join('，以及')}？` : `${opening}${phrases.join(', and what is ')}?`;
}

function finalAnswer(finals: readonly FilledNode[]): Json {
  const [first] = finals;
  if (finals.length === 1 && first !== undefined) return first.answer;
  return finals.flatMap((node) => (Array.isArray(node.answer) ? node.answer.map(String) : [printed(node.answer)]));
}

function scenarioOf(nodes: readonly FilledNode[]): string {
  const hops = Math.max(...nodes.map((node) => node.hop));
  const side = nodes.some((node) => nodes.some((other) => other !== node && other.hop === node.hop));
  return `${side ? 'Parallel ' : ''}${hops === 1 ? 'Single-Hop' : 'Multi-Hop'}`;
}

function item(node: FilledNode, nodes: readonly FilledNode[]): JsonObject {
  return {
    id: node.id,
    sub_question: node.question,
    answer: node.answer,
    dependencies: node.dependencies.length === 0 ? null : [...node.dependencies],
    hop_level: node.hop,
    is_parallel: nodes.some((other) => other !== node && other.hop === node.hop),
  };
}
