/** A message's content as text: a string, or the text parts of a list. */
import type { Json } from '../../src/domain/json.ts';
import { asList, asObject, asText } from './json-text.ts';

export function contentText(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .map((part) => asText(asObject(part)['text']))
    .join('\n');
}
