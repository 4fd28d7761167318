/** Plain replies: a sentence, or a call of one of the given tools. */

import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { digest, pick, rngOf } from '../draws.ts';
import { asList, asObject, asText } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import { readQuestion } from '../questions/frame.ts';
import type { ChatRequest } from '../read-request.ts';
import { contentText } from '../read-request.ts';
import { fillArguments, toolShape } from '../tools/fill-arguments.ts';

/** One or two sentences about what was asked, in its language where the templates know it. */
export function sentence(request: ChatRequest, seed: string): string {
  const last = asObject(asList(request.body['messages']).at(-1));
  const rng = rngOf(seed);
  if (last['role'] === 'tool') return `The tool answered: ${contentText(last['content']).slice(0, 300)}`;
  const found = keyPhrases(request.lastUser);
  const about = [...found.names, ...found.words].slice(0, 2);
  if (/\p{Script=Han}/u.test(request.lastUser)) {
    const subject = about.join('和') || '这个问题';
    return pick(rng, [
      `关于${subject}，这里没有语言模型，只有模板化的回答。`,
      `已收到有关${subject}的请求；以下为模板回答。`,
    ]);
  }
  const subject = about.join(' and ') || 'this request';
  return pick(rng, [
    `About ${subject}: this is a templated answer, since no language model stands behind it.`,
    `Noted: ${subject}. A template wrote this sentence.`,
  ]);
}

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

/** The call to make, or undefined when no tool should be called now. */
export function toolUse(request: ChatRequest, seed: string): ToolUse | undefined {
  const choice = request.body['tool_choice'];
  const last = asObject(asList(request.body['messages']).at(-1));
  if (request.tools.length === 0 || choice === 'none') return undefined;
  if (last['role'] === 'tool' && choice !== 'required') return undefined;
  const asked = { question: request.lastUser, known: [] };
  const shapes = request.tools.map(toolShape);
  const named = asText(asObject(asObject(choice)['function'])['name']);
  const tool = shapes.find((shape) => shape.name === named) ?? bestMatch(shapes, request.lastUser);
  if (tool === undefined) return undefined;
  const args: { [name: string]: Json } | undefined = fillArguments(tool, asked, readQuestion(asked));
  return args === undefined ? undefined : { id: `call_${digest(seed).slice(0, 20)}`, name: tool.name, args };
}

function bestMatch(
  shapes: readonly ReturnType<typeof toolShape>[],
  text: string,
): ReturnType<typeof toolShape> | undefined {
  const words = new Set(wordsOf(text));
  const score = (shape: ReturnType<typeof toolShape>): number =>
    wordsOf(`${shape.name.replaceAll('_', ' ')} ${shape.description}`).filter((word) => words.has(word)).length;
  return [...shapes].sort((a, b) => score(b) - score(a))[0];
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
