/** A compact question: two or three look-ups in a row, some of which start from the answer before them. */
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, chance, pick } from '../draws.ts';
import { readQuestion } from '../questions/frame.ts';
import type { Kind } from '../questions/kind.ts';
import type { SlotType } from '../questions/slot-types.ts';
import { ask, fillPhrase, reference } from '../questions/wording.ts';
import { worldAnswer } from '../questions/world.ts';
import { COMPACT_KINDS } from './kinds.ts';
import type { World } from './names.ts';
import { namesOf } from './names.ts';

interface Node {
  readonly kind: Kind;
  readonly phrase: string;
  readonly question: string;
  readonly answer: Json;
  /** Rests on the node before it. */
  readonly rests: boolean;
  readonly hop: number;
}

/** One item of the decompose reply: two times in three as many sub-questions as the most hops, else one less; two to four. */
export function composeCompact(mostHops: number, rng: Rng, world: World): JsonObject {
  const wanted = Math.min(4, Math.max(2, mostHops - (chance(rng, 2 / 3) ? 0 : 1)));
  const nodes: Node[] = [];
  while (nodes.length < wanted) nodes.push(nextNode(nodes, rng, world));
  return {
    question: `Find ${nodes.map(({ phrase }) => phrase).join(', then ')}.`,
    answer: nodes.map(({ answer }) => String(answer)),
    scenario: scenarioOf(nodes),
    nodes: nodes.map((node, at) => item(node, at, nodes)),
  };
}

function scenarioOf(nodes: readonly Node[]): string {
  const side = new Set(nodes.map(({ hop }) => hop)).size < nodes.length;
  return `${side ? 'Parallel ' : ''}${nodes.some(({ rests }) => rests) ? 'Multi-Hop' : 'Single-Hop'}`;
}

interface Step {
  readonly kind: Kind;
  /** The slot that the answer before it fills. */
  readonly link: string | undefined;
}

/** Every kind comes once; the question goes on from the last answer where one can, half of the time. */
function nextStep(before: readonly Node[], rng: Rng): Step {
  const last = before.at(-1);
  const unused = COMPACT_KINDS.filter((kind) => before.every((node) => node.kind !== kind));
  const following = last === undefined ? [] : unused.filter((kind) => linkSlot(kind, last.kind) !== undefined);
  if (last !== undefined && following.length > 0 && chance(rng, 0.5)) {
    const kind = pick(rng, following);
    return { kind, link: linkSlot(kind, last.kind) };
  }
  const fresh = unused.filter((kind) => kind.compute === undefined);
  return { kind: pick(rng, fresh), link: undefined };
}

function nextNode(before: readonly Node[], rng: Rng, world: World): Node {
  const { kind, link } = nextStep(before, rng);
  const phrase = fillPhrase(kind, 'en', slotTexts(kind, link, { rng, world }));
  const question = ask(phrase, 'en', 0);
  const resting = before.slice(link === undefined ? before.length : -1);
  const known = resting.map((node) => ({ question: node.question, answer: String(node.answer) }));
  const answer = worldAnswer(readQuestion({ question, known }));
  if (answer === undefined) throw new RangeError(`"${question}" has no answer`);
  const hop = 1 + Math.max(0, ...resting.map((node) => node.hop));
  return { kind, phrase, question, answer, rests: link !== undefined, hop };
}

/** The slot that takes what the other kind yields. */
function linkSlot(kind: Kind, from: Kind): string | undefined {
  const slots = Object.entries(kind.slots).filter(([, type]) => type === from.out);
  return slots.at(-1)?.[0];
}

function slotTexts(
  kind: Kind,
  link: string | undefined,
  { rng, world }: { rng: Rng; world: World },
): { readonly [slot: string]: string } {
  return Object.fromEntries(
    Object.entries(kind.slots).map(([slot, type]) => [
      slot,
      slot === link ? reference(type, 'en') : own(type, rng, world),
    ]),
  );
}

function own(type: SlotType, rng: Rng, world: World): string {
  return type === 'count' ? String(between(rng, 2, 9)) : pick(rng, namesOf(type, world));
}

function item({ question, answer, rests, hop }: Node, at: number, nodes: readonly Node[]): JsonObject {
  return {
    id: at + 1,
    sub_question: question,
    answer,
    dependencies: rests ? [at] : null,
    hop_level: hop,
    is_parallel: nodes.some((other, place) => place !== at && other.hop === hop),
  };
}
