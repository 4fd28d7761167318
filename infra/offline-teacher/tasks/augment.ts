/** The writer of task/augment: the same tools with other values, with conditions, or for a person. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { readTool } from '../agent/tool-facts.ts';
import { pick, rngOf } from '../draws.ts';
import { asInteger, asList, asText } from '../json-text.ts';
import type { ReplyContext } from '../replies/context.ts';
import { requestFor } from './wording.ts';

const CONDITIONS = {
  en: [
    'Leave everything else as it is',
    'Tell me at the end what changed',
    'If something is missing, say so instead of guessing',
  ],
  zh: ['其他内容保持不变', '最后告诉我有哪些变化', '如果缺少信息请直接说明'],
};
const SETTINGS = {
  en: [
    'It is for the school fair.',
    'It is for a small bakery.',
    'It is for our reading group.',
    'It is for the spring clean-up.',
  ],
  zh: ['这是为学校活动准备的。', '这是给一家小面包店用的。', '这是读书会要用的。', '这是为春季清扫准备的。'],
};

export function augment({ inputs, seed }: ReplyContext): JsonObject {
  const variations = Array.from({ length: asInteger(inputs['number']) ?? 1 }, (_, at) =>
    variation(inputs, `${seed}/${at}`),
  );
  return { variations };
}

function variation(inputs: ReplyContext['inputs'], seed: string): JsonObject {
  const tools = asList(inputs['tools']).map(readTool);
  const language = asText(inputs['language']);
  const rng = rngOf(`augment/${seed}`);
  const spoken = language.startsWith('zh') ? 'zh' : 'en';
  const wish = requestFor({ tools, names: tools.map(({ name }) => name), language, seed });
  const setting = pick(rng, SETTINGS[spoken]);
  switch (asText(inputs['mode'])) {
    case 'complicate': {
      const conditions = [pick(rng, CONDITIONS[spoken])];
      const end = spoken === 'zh' ? '。' : '.';
      // The request itself, so that it stays about the same.
      const question = `${asText(inputs['question'])}${spoken === 'zh' ? '' : ' '}${conditions.join(`${end} `)}${end}`;
      return { question, context: null, constraints: conditions };
    }
    case 'persona':
      return {
        question: `${wish}${spoken === 'zh' ? '' : ' '}${personal(inputs, spoken)}`,
        context: setting,
        constraints: [],
      };
    default:
      return { question: `${wish}${spoken === 'zh' ? '' : ' '}${setting}`, context: setting, constraints: [] };
  }
}

function personal({ persona }: ReplyContext['inputs'], spoken: 'en' | 'zh'): string {
  const occupation = /Occupation: ([^.]{2,60})\./.exec(asText(persona))?.[1];
  if (spoken === 'zh') return '这是我工作中要用的。';
  return occupation === undefined ? 'I need it for my work.' : `I need it for my work as ${occupation.toLowerCase()}.`;
}
