/** Tool documents: reusable descriptions that repeat no value of the question. */

import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { pick, rngOf } from '../draws.ts';
import { asObject } from '../json-text.ts';
import type { AskedQuestion, Frame } from '../questions/frame.ts';
import { NOUNS } from '../questions/slot-types.ts';
import { optionsFor } from './options.ts';

/** The first document of a tool for the question. */
export function documentFor(frame: Frame, asked: AskedQuestion): JsonObject {
  const rng = rngOf(`document/${frame.kind?.compact === true ? asked.question : (frame.kind?.id ?? asked.question)}`);
  const properties: { [name: string]: Json } = {};
  for (const slot of frame.slots) {
    properties[slot.name] = { ...asObject(slot.schema), description: parameterText(frame, slot.name) };
  }
  return {
    name:
      frame.kind === undefined
        ? pick(rng, ['look_up_fact', 'query_reference', 'find_stated_fact'])
        : pick(rng, frame.kind.toolNames),
    description: describe(frame),
    parameters: {
      type: 'object',
      properties,
      required: frame.slots.map(({ name }) => name),
      additionalProperties: false,
    },
  };
}

/** The document with optional parameters and a fuller description: old calls stay valid. */
export function enrichedDocument(tool: JsonObject, frame: Frame): JsonObject {
  const parameters = asObject(tool['parameters']);
  const properties = asObject(parameters['properties']);
  const added = optionsFor(frame, String(tool['name'])).filter(({ name }) => properties[name] === undefined);
  const more =
    frame.speech === 'zh' ? '参数无效时返回结构化的错误。' : 'Returns a structured error for invalid arguments.';
  const extra = Object.fromEntries(added.map(({ name, schema }) => [name, schema]));
  return {
    ...tool,
    description: `${String(tool['description'] ?? '').trim()} ${more}`.trim(),
    parameters: { ...parameters, properties: { ...properties, ...extra } },
  };
}

function describe({ kind, speech }: Frame): string {
  if (speech === 'zh') {
    if (kind === undefined) return '按主题与限定条件查询资料中写明的事实。';
    return kind.compute === undefined ? `查询${kind.title.zh}。` : `计算${kind.title.zh}。`;
  }
  if (kind === undefined) return 'Looks up a stated fact by its subject and the details that narrow it down.';
  return kind.compute === undefined ? `Looks up ${kind.title.en}.` : `Computes ${kind.title.en}.`;
}

const PARAMETER_TEXTS: { readonly [name: string]: readonly [string, string] } = {
  subject: ['What the fact is about.', '事实的主题。'],
  related_subject: ['A further name that narrows the fact down.', '进一步限定事实的名称。'],
  date: ['Day in ISO form (year-month-day).', 'ISO 格式的日期（年-月-日）。'],
  code: ['Identifier as printed in the source.', '来源中印出的编号。'],
  quantity: ['Figure that narrows the fact down.', '限定事实的数字。'],
  known_fact: ['A fact found before that this one rests on.', '此前查得、此处所依据的事实。'],
  other_known_fact: ['A further fact found before.', '此前查得的另一事实。'],
  currency: ['Currency code (three letters).', '货币代码（三个字母）。'],
};

function parameterText({ kind, speech }: Frame, name: string): string {
  const type = kind?.slots[name];
  const texts = PARAMETER_TEXTS[type ?? name];
  if (texts !== undefined) return texts[speech === 'zh' ? 1 : 0];
  const noun = type === undefined ? name : NOUNS[type][speech];
  return speech === 'zh' ? `要查询或计算的${noun}。` : `The ${noun} to use.`;
}
