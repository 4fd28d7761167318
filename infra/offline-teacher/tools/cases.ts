/** The questions an implementation must answer, as the writer sees them: never with the call. */
import type { Json } from '../../../src/domain/json.ts';
import { asObject, asText } from '../json-text.ts';
import { computedAnswer, sameAnswer } from '../questions/answers.ts';
import type { AskedQuestion, Frame } from '../questions/frame.ts';
import { readQuestion } from '../questions/frame.ts';
import type { ToolShape } from './fill-arguments.ts';
import { fillArguments } from './fill-arguments.ts';

export interface ShownAnswer {
  readonly text: string;
  readonly type: string;
  readonly unit: string | undefined;
}

export interface ToolCase {
  readonly frame: Frame;
  readonly args: { readonly [name: string]: Json };
  readonly answer: ShownAnswer;
}

/** The [answer] block; a bare text counts as a phrase. */
export function shownAnswer(block: Json | undefined): ShownAnswer {
  const object = asObject(block);
  return {
    text: asText(object['text']) || asText(block),
    type: asText(object['type']) || 'phrase',
    unit: asText(object['unit']) || undefined,
  };
}

/** Reads one case for a tool; arguments it cannot derive are left out. */
export function toolCase(tool: ToolShape, asked: AskedQuestion, answer: ShownAnswer): ToolCase {
  const frame = readQuestion(asked);
  return { frame, args: fillArguments(tool, asked, frame) ?? {}, answer };
}

/** True when the kind's arithmetic on the arguments gives every case's answer, and the tool has its parameters. */
export function allComputed(tool: ToolShape, cases: readonly ToolCase[]): boolean {
  const names = new Set(tool.parameters.map(({ name }) => name));
  const [first] = cases;
  return cases.every(({ frame, answer }) => {
    const computed = computedAnswer(frame);
    return (
      computed !== undefined &&
      frame.kind === first?.frame.kind &&
      frame.slots.every((slot) => names.has(slot.name)) &&
      sameAnswer(String(computed), answer.text)
    );
  });
}
