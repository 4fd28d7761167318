/** environment/intent-clusters: questions of one kind with the same parameters go together. */
import type { JsonObject } from '../../../src/domain/json.ts';
import { asInteger, asList, asObject, asText } from '../json-text.ts';
import { readQuestion } from '../questions/frame.ts';
import type { ReplyContext } from './context.ts';

interface Group {
  readonly intent: string;
  readonly ids: number[];
}

export function intentClusters({ inputs }: ReplyContext): JsonObject {
  const groups = new Map<string, Group>();
  for (const node of asList(inputs['nodes']).map(asObject)) {
    const id = asInteger(node['id']);
    if (id === undefined) continue;
    const asked = node['question'] ?? node['sub_question'];
    const question = asText(typeof asked === 'object' ? asObject(asked)['question'] : asked);
    const { kind } = readQuestion({ question, known: [] });
    const group = groups.get(kind?.id ?? `node ${id}`) ?? {
      intent: kind?.title.en ?? 'a stated fact of its own',
      ids: [],
    };
    group.ids.push(id);
    groups.set(kind?.id ?? `node ${id}`, group);
  }
  return {
    clusters: [...groups.values()].map(({ intent, ids }) => ({
      intent,
      ids,
      reason:
        ids.length > 1
          ? 'Same steps, same operator, same required parameters.'
          : 'No other question shares its parameters.',
    })),
  };
}
