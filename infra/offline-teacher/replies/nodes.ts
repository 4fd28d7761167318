/** The [nodes] block of the judge prompts. */
import type { Json } from '../../../src/domain/json.ts';
import { asInteger, asList, asObject, asText } from '../json-text.ts';
import type { Kind } from '../questions/kind.ts';
import { KINDS } from '../questions/kinds.ts';
import { matchKind } from '../questions/wording.ts';

export interface ShownNode {
  readonly id: number;
  readonly question: string;
  readonly answer: string;
  readonly dependencies: readonly number[];
  readonly kind: Kind | undefined;
}

/** Reads the block; entries without an integer id are skipped. */
export function shownNodes(block: Json | undefined): ShownNode[] {
  return asList(block)
    .map(asObject)
    .flatMap((node) => {
      const id = asInteger(node['id']);
      if (id === undefined) return [];
      const asked = node['sub_question'] ?? node['question'];
      const question = asText(typeof asked === 'object' ? asObject(asked)['question'] : asked);
      const dependencies = asList(node['dependencies']).flatMap((one) => asInteger(one) ?? []);
      const answer = node['answer'];
      const text = asText(typeof answer === 'object' ? asObject(answer)['text'] : answer);
      return [{ id, question, answer: text, dependencies, kind: KINDS.find((kind) => matchKind(kind, question)) }];
    });
}
