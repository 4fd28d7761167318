/** Plain replies: a sentence or two. */

import { pick, rngOf } from '../draws.ts';
import { asList, asObject } from '../json-text.ts';
import { keyPhrases } from '../language/key-phrases.ts';
import { contentText } from '../message-text.ts';
import type { ChatRequest } from '../read-request.ts';

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
