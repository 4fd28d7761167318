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

/** One item of the decompose reply; as many sub-questions as hops are wanted, two at least and four at most. */
export function composeCompact(
  hops: { readonly min: number; readonly max: number },
  rng: Rng,
  world: World,
): JsonObject {
  const wanted = Math.min(4, Math.max(2, between(rng, hops.min, hops.max)));
  const nodes: Node[] = [];
  while (nodes.length < wanted) nodes.push(nextNode(nodes, rng, world));
  const answers = nodes.map(({ answer }) => answer);
  return {
    question: `Find ${nodes.map(({ phrase }) => phrase).join(', then ')}.`,
    answer: answers.length === 1 ? (answers[0] ?? null) : answers.map(String),
    scenario: `${nodes.some(({ hop }, at) => nodes.some((other, place) => place !== at && other.hop === hop)) ? 'Parallel ' : ''}${nodes.some(({ rests }) => rests) ? 'Multi-Hop' : 'Single-Hop'}`,
    nodes: nodes.map((node, at) => item(node, at, nodes)),
  };
}

/** Every kind comes once; the question goes on from the last answer where one can, half of the time. */
function nextNode(before: readonly Node[], rng: Rng, world: World): Node {
  const last = before.at(-1);
  const unused = COMPACT_KINDS.filter((kind) => before.every((node) => node.kind !== kind));
  const following = last === undefined ? [] : unused.filter((kind) => linkSlot(kind, last.kind) !== undefined);
  const rests = following.length > 0 && chance(rng, 0.5);
  const kind = rests
    ? pick(rng, following)
    : pick(
        rng,
        unused.filter((one) => one.compute === undefined),
      );
  const link = rests && last !== undefined ? linkSlot(kind, last.kind) : undefined;
  const phrase = fillPhrase(kind, 'en', slotTexts(kind, link, { rng, world }));
  const question = ask(phrase, 'en', 0);
  const known =
    link === undefined || last === undefined ? [] : [{ question: last.question, answer: String(last.answer) }];
  const answer = worldAnswer(readQuestion({ question, known }));
  if (answer === undefined) throw new RangeError(`"${question}" has no answer`);
  return {
    kind,
    phrase,
    question,
    answer,
    rests: link !== undefined,
    hop: link === undefined ? 1 : (last?.hop ?? 0) + 1,
  };
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
