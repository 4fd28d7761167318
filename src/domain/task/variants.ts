/**
 * From a task to what is scored (paper §3.1; method §4.3): the original exactly once, whatever its augmentations came to,
 * and each variation on its own, with all that its writer said of it. The original repeats the original question once per
 * augmentation and loses it when all of them fail.
 */
import { contentId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../prompt/spec.ts';
import { detectLanguage } from '../text/language.ts';
import { normaliseText } from '../text/tokens.ts';
import type { PoolServer } from '../tool-pool/schema.ts';
import { serverLanguage } from './language.ts';
import { questionProblems } from './question-rules.ts';
import {
  type AskedReply,
  type AugmentParams,
  type AugmentReply,
  type TaskOrder,
  type TaskVariant,
  Variation,
  type WriterReply,
} from './schema.ts';
import { targetProblems, targetTools } from './target-rules.ts';

/** A task with what it rests on. */
export interface WrittenTask {
  /** Id of the task item. */
  readonly id: string;
  readonly server: PoolServer;
  readonly order: TaskOrder;
  readonly written: WriterReply;
}

export interface CheckedVariant {
  readonly variant: TaskVariant;
  /** The first rule it breaks; null: it may be scored. */
  readonly problem: Problem | null;
}

/** Every rule that a written task breaks; empty for one that may be augmented. */
export function taskProblems({ server, order, written }: Omit<WrittenTask, 'id'>): Problem[] {
  return [
    ...targetProblems(written.target_tools, order, server),
    ...questionProblems(written.question, server, written.target_tools),
  ];
}

/** The original first, then the variations in the order they were asked for. */
export function variantsOf(task: WrittenTask, asked: readonly AskedReply[], variations: number): CheckedVariant[] {
  const varied = asked.flatMap(({ mode, persona, reply }) =>
    reply === null ? [] : readVariations(task, reply, { mode, persona, variations }).variants,
  );
  return [{ variant: originalVariant(task), problem: null }, ...varied];
}

/** The id of a variant: all of it, its task included. */
export function variantId(variant: TaskVariant): string {
  return contentId('variant', variant as JsonObject); // made of texts and numbers
}

/** The task as it was written. */
function originalVariant(task: WrittenTask): TaskVariant {
  return { ...commonParts(task, task.written.question), augmentation: null };
}

/**
 * The variations of one reply, in its order and no more than asked for, each with the first rule it breaks. An item that
 * cannot be read is counted, and costs no other. Fails with RangeError for a persona that the order does not have.
 */
export function readVariations(
  task: WrittenTask,
  reply: AugmentReply,
  { mode, variations, persona }: AugmentParams,
): { readonly variants: readonly CheckedVariant[]; readonly unreadable: number } {
  const drawn = persona === null ? null : task.order.personas[persona];
  if (drawn === undefined) throw new RangeError(`${task.id} has no persona ${persona}`);
  const items = reply.variations.slice(0, variations).map((item) => Variation.safeParse(item).data);
  const variants = items.flatMap((item, index): CheckedVariant[] => {
    if (item === undefined || item.question.trim() === '') return [];
    const variant: TaskVariant = {
      ...commonParts(task, item.question.trim()),
      augmentation: {
        mode,
        index,
        context: item.context,
        constraints: item.constraints,
        persona: drawn === null ? null : { id: drawn.id, licence: drawn.licence },
      },
    };
    return [{ variant, problem: variationProblems(task, item.question)[0] ?? null }];
  });
  return { variants, unreadable: items.length - variants.length };
}

function variationProblems({ server, written, order }: WrittenTask, question: string): Problem[] {
  const unchanged = normaliseText(question) === normaliseText(written.question);
  return [
    ...(unchanged ? [{ rule: 'variation_unchanged', detail: 'the variation is the original question' }] : []),
    ...questionProblems(question, server, targetTools(written.target_tools, order)),
  ];
}

function commonParts({ id, server, order, written }: WrittenTask, question: string): Omit<TaskVariant, 'augmentation'> {
  return {
    server: order.server,
    task: id,
    mode: order.mode,
    question,
    targetTools: [...targetTools(written.target_tools, order)],
    analysis: written.server_analysis,
    language: detectLanguage(question, serverLanguage(server).language),
  };
}

/** The task itself, from its order or its writer's reply; fails with TypeError when there is neither. */
export function writtenTask(order: TaskOrder, reply: WriterReply | null | undefined): WriterReply {
  const written = order.given ?? reply;
  if (written === null || written === undefined) throw new TypeError('the task was neither written nor given');
  return written;
}
