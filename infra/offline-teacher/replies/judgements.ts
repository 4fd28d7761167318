/**
 * The five judges. Most work is praised; a seeded part is found wanting, so that scores have a spread
 * and a selection by percentile has something to choose from.
 */

import type { JsonObject } from '../../../src/domain/json.ts';
import { chance, pick, rngOf } from '../draws.ts';
import { asInteger, asList, asObject, asText } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import { matchKind, referredPlace } from '../questions/wording.ts';
import type { ReplyContext } from './context.ts';
import type { ShownNode } from './nodes.ts';
import { shownNodes } from './nodes.ts';

const SUMMARY =
  /\b(compare|comparison|which is|summari[sz]e|overall|altogether|higher of|lower of)\b|比较|总结|哪个|两者/i;

/** Needs a tool unless it is an end that only compares or restates values already given. */
function needsTool(node: ShownNode, nodes: readonly ShownNode[]): boolean {
  if (nodes.some((other) => other.dependencies.includes(node.id))) return true;
  if (node.kind !== undefined) return node.kind.leafOnly !== true;
  return node.dependencies.length === 0 || !SUMMARY.test(node.question);
}

export function necessity({ inputs }: ReplyContext): JsonObject {
  const nodes = shownNodes(inputs['nodes']);
  const judged = nodes.map((node) => {
    const needs = needsTool(node, nodes);
    const reason = needs
      ? 'The value is not given anywhere and has to be looked up or computed precisely.'
      : 'It only compares values that earlier answers give, and nothing rests on it.';
    return { id: node.id, needs_tool: needs, reason };
  });
  return { nodes: judged.some((one) => one.needs_tool) ? judged : judged.map((one) => ({ ...one, needs_tool: true })) };
}

export function dependency({ inputs, seed }: ReplyContext): JsonObject {
  const question = asText(asObject(inputs['sub_question'])['sub_question'] ?? inputs['sub_question']);
  const ids = asList(inputs['references']).flatMap((one) => asInteger(asObject(one)['id']) ?? []);
  const places = usedPlaces(question);
  const useless = places === undefined ? [] : ids.filter((_, at) => !places.includes(at));
  const missing = (places ?? [])
    .filter((at) => at >= ids.length)
    .map((at) => `answer ${at + 1} is not among the pairs`);
  const rng = rngOf(`dependency/${seed}`);
  if (useless.length === 0 && ids.length > 0 && chance(rng, 0.06)) useless.push(pick(rng, ids));
  const fine = useless.length === 0 && missing.length === 0;
  const praise = 'Every presupposed value is supplied by the referenced pairs, and each pair is used.';
  return { reason: fine ? praise : 'The referenced pairs and the presupposed values do not agree.', missing, useless };
}

/** Which of the referenced answers the question names; undefined when it is no kind of ours. */
function usedPlaces(question: string): number[] | undefined {
  const kind = shownNodes([{ id: 1, sub_question: question }])[0]?.kind;
  if (kind === undefined) return undefined;
  return Object.values(matchKind(kind, question) ?? {}).flatMap((text) => referredPlace(text) ?? []);
}

export function atomicity({ inputs, seed }: ReplyContext): JsonObject {
  const nodes = shownNodes(inputs['nodes']);
  const rng = rngOf(`atomicity/${seed}`);
  const spoiled = chance(rng, 0.2) && nodes.length > 0 ? pick(rng, nodes).id : undefined;
  return {
    nodes: nodes.map(({ id }) => ({
      id,
      atomic: id !== spoiled,
      reason:
        id === spoiled
          ? 'The question mixes a selection with the value that is wanted.'
          : 'One information need, answerable by one call, without overlap with the others.',
    })),
  };
}

export function serialization({ inputs, seed }: ReplyContext): JsonObject {
  const chained = shownNodes(inputs['nodes']).filter((node) => node.dependencies.length > 0);
  const rng = rngOf(`serialization/${seed}`);
  if (chained.length === 0 || !chance(rng, 0.12)) {
    return { reason: 'Every chained step uses an answer of the step it follows.', problematic: [] };
  }
  return { reason: 'One step could have been asked side by side with another.', problematic: [pick(rng, chained).id] };
}

export function completeness({ inputs, seed }: ReplyContext): JsonObject {
  const nodes = shownNodes(inputs['nodes']);
  const question = asText(inputs['question']);
  const rng = rngOf(`completeness/${seed}`);
  const found = keyPhrases(question);
  const phrases = [...found.codes, ...found.dates, ...found.names].slice(0, 5);
  const parts = phrases.map((phrase) => ({
    requirement: `takes ${phrase} into account`,
    covered_by: nodes.filter((node) => node.question.includes(phrase)).map(({ id }) => id),
  }));
  const last = nodes.at(-1);
  const whole = {
    requirement: 'gives the final value that is asked for',
    covered_by: last === undefined ? [] : [last.id],
  };
  const open = chance(rng, 0.1);
  const requirements = [...parts.filter((part) => part.covered_by.length > 0), whole];
  if (open) requirements.push({ requirement: 'states where the final value comes from', covered_by: [] });
  return {
    requirements,
    reason: open ? 'One requirement is left open.' : 'Every requirement is covered by a sub-question.',
  };
}
