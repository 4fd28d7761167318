/** A planned graph with values: concrete questions, their answers, and the main question over them. */

import type { Json } from '../../../src/domain/json.ts';
import { between } from '../draws.ts';
import type { NameSource } from '../language/names.ts';
import { slotText } from '../language/names.ts';
import { openingOf } from '../language/openings.ts';
import { readQuestion } from '../questions/frame.ts';
import type { SlotType } from '../questions/slot-types.ts';
import { ask, fillPhrase, reference, speechOf } from '../questions/wording.ts';
import { lookedUp, worldAnswer } from '../questions/world.ts';
import type { PlannedNode } from './plan.ts';

export interface FilledNode {
  readonly id: number;
  readonly question: string;
  readonly answer: Json;
  readonly dependencies: readonly number[];
  readonly hop: number;
  /** Noun phrase with the dependencies' phrases inside, for the main question. */
  readonly phrase: string;
}

/** Fills the graph below the given ends, dependencies before their users. `finalAnswer` overrides the first end's. */
export function fillPlan(ends: readonly PlannedNode[], source: NameSource, finalAnswer?: Json): FilledNode[] {
  const filled = new Map<PlannedNode, FilledNode>();
  for (const planned of inOrder(ends)) {
    const given = planned === ends[0] ? finalAnswer : undefined;
    filled.set(planned, fillNode(planned, filled, { source, given }));
  }
  return [...filled.values()];
}

/** By hop level, then as found: roots first. */
function inOrder(ends: readonly PlannedNode[]): PlannedNode[] {
  const hop = new Map<PlannedNode, number>();
  const visit = (node: PlannedNode): number => {
    const known = hop.get(node);
    if (known !== undefined) return known;
    const level = 1 + Math.max(0, ...Object.values(node.rests).map(visit));
    hop.set(node, level);
    return level;
  };
  for (const end of ends) visit(end);
  return [...hop.keys()].sort((a, b) => (hop.get(a) ?? 0) - (hop.get(b) ?? 0));
}

interface Filling {
  readonly source: NameSource;
  readonly given: Json | undefined;
}

function fillNode(
  planned: PlannedNode,
  filled: ReadonlyMap<PlannedNode, FilledNode>,
  { source, given }: Filling,
): FilledNode {
  const { kind, rests } = planned;
  const speech = speechOf(source.language);
  const below = nodesBelow(rests, filled);
  const { direct, nested } = slotTexts(planned, below, { source, filled });
  const asking = ask(fillPhrase(kind, speech, direct), speech, between(source.rng, 0, 2));
  const question = `${openingOf(source.language)}${asking}`;
  const known = below.map((node) => ({ question: node.question, answer: printed(node.answer) }));
  const found = worldAnswer(readQuestion({ question, known }));
  return {
    id: filled.size + 1,
    question,
    answer: given ?? found ?? lookedUp(kind.out, { seed: question, language: speech }),
    dependencies: below.map((node) => node.id),
    hop: 1 + Math.max(0, ...below.map((node) => node.hop)),
    phrase: fillPhrase(kind, speech, nested),
  };
}

interface SlotTexts {
  /** Earlier answers are named: "that code". */
  readonly direct: { readonly [slot: string]: string };
  /** Earlier questions' phrases stand in their place. */
  readonly nested: { readonly [slot: string]: string };
}

function slotTexts(
  { kind, rests }: PlannedNode,
  below: readonly FilledNode[],
  { source, filled }: { source: NameSource; filled: ReadonlyMap<PlannedNode, FilledNode> },
): SlotTexts {
  const direct: { [slot: string]: string } = {};
  const nested: { [slot: string]: string } = {};
  for (const [slot, type] of Object.entries(kind.slots)) {
    const rest = rests[slot];
    const node = rest === undefined ? undefined : filled.get(rest);
    if (node === undefined) {
      direct[slot] = nested[slot] = concrete(source, type);
    } else {
      direct[slot] = reference(type, speechOf(source.language), below.length > 1 ? below.indexOf(node) : undefined);
      nested[slot] = node.phrase;
    }
  }
  return { direct, nested };
}

/** Each node once, by id. */
function nodesBelow(rests: PlannedNode['rests'], filled: ReadonlyMap<PlannedNode, FilledNode>): FilledNode[] {
  const nodes = Object.values(rests).map((planned) => filled.get(planned));
  return [...new Set(nodes.filter((node) => node !== undefined))].sort((a, b) => a.id - b.id);
}

function concrete(source: NameSource, type: SlotType): string {
  const text = slotText(source, type);
  source.used.add(text);
  return text;
}

/** An answer as text, lists joined. */
export function printed(answer: Json): string {
  return Array.isArray(answer) ? answer.join(', ') : String(answer);
}
