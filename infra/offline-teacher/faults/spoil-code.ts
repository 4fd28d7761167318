/** Implementations that must be refused, each by another rule. */

import type { Json } from '../../../src/domain/json.ts';
import { rngOf } from '../draws.ts';
import { asList, asObject } from '../json-text.ts';
import { askedQuestion } from '../questions/frame.ts';
import type { ChatRequest } from '../read-request.ts';
import type { ShownAnswer, ToolCase } from '../tools/cases.ts';
import { shownAnswer, toolCase } from '../tools/cases.ts';
import { codeText } from '../tools/code-parts.ts';
import type { ToolShape } from '../tools/fill-arguments.ts';
import { toolShape } from '../tools/fill-arguments.ts';
import { implementationFor } from '../tools/implementations.ts';
import { heldValue } from '../tools/table-rows.ts';
import { CHEATS } from './cheating-code.ts';
import type { CodeFault } from './fault-kinds.ts';
import { FLAWS } from './flawed-code.ts';

export function spoilCode(kind: CodeFault, request: ChatRequest, value: Json): Json {
  const tool = toolShape(request.inputs['tool']);
  const cases = shownCases(request, tool);
  const [first] = cases;
  if (first === undefined) return value;
  const seed = `${request.hash}/${kind}`;
  const gold = heldValue(first.answer);
  const parts = implementationFor(tool, cases, seed);
  const rng = rngOf(seed);
  if (kind === 'syntax-error') return coded(codeText(parts).replace('):\n', ')\n'));
  if (kind === 'wrong') return coded(codeText(implementationFor(tool, cases.map(wrongCase), seed)));
  const cheat = CHEATS[kind];
  if (cheat !== undefined) return coded(codeText(cheat({ parts, gold, text: first.answer.text, tool, rng })));
  const flaw = FLAWS[kind];
  return flaw === undefined ? value : coded(codeText(flaw({ parts, gold, text: first.answer.text, tool, rng })));
}

const coded = (code: string): Json => ({ analysis: 'The tool is written as described.', code });

function shownCases(request: ChatRequest, tool: ToolShape): ToolCase[] {
  const { inputs } = request;
  const blocks = inputs['cases'] === undefined ? [inputs] : asList(inputs['cases']).map(asObject);
  return blocks.map((one) => toolCase(tool, askedQuestion(one['question']), shownAnswer(one['answer'])));
}

/** The same case with another answer of the same make. */
function wrongCase(one: ToolCase): ToolCase {
  return { ...one, answer: { ...one.answer, text: wrongText(one.answer) } };
}

function wrongText({ text, type }: ShownAnswer): string {
  if (type === 'boolean') return /^(true|yes|是|对|有|能|可以)/i.test(text.trim()) ? 'false' : 'true';
  const digits = text.replace(/\d/g, (digit) => String((Number(digit) + 3) % 10));
  return type === 'date'
    ? '1987-02-13'
    : digits === text
      ? `Wrong ${text.length} ${Array.from(text).reverse().join('')}`
      : digits;
}
