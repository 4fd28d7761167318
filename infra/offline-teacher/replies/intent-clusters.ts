/** environment/intent-clusters: questions of one kind with the same parameters go together. */
import type { JsonObject } from '../../../src/domain/json.ts';
import type { ReplyContext } from './context.ts';
import { shownNodes } from './nodes.ts';

interface Group {
  readonly intent: string;
  readonly ids: number[];
}

export function intentClusters({ inputs }: ReplyContext): JsonObject {
  const groups = new Map<string, Group>();
  for (const { id, kind } of shownNodes(inputs['nodes'])) {
    const key = kind?.id ?? `node ${id}`;
    const group = groups.get(key) ?? { intent: kind?.title.en ?? 'a stated fact of its own', ids: [] };
    group.ids.push(id);
    groups.set(key, group);
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
