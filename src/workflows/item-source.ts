/** Where a walk takes its items from (ours): the open ones in plan order, or as the work on another kind makes them. */
import { condition } from '@temporalio/workflow';
import type { ClaimedItem, RunSettings, StoredKind } from '../activities/store/contract.ts';
import { store } from './resources.ts';

/** What one kind has made so far for the next. */
export interface Source {
  ended: number;
  isOpen: boolean;
}

/** More than a walk has in flight: whoever is given a page meets one that nobody works on yet. */
const pageSize = 50;

export interface Items {
  /** Undefined when none is left, or when the execution is to end. */
  next(): Promise<ClaimedItem | undefined>;
  /** Ordinal after which the next execution goes on; undefined when all were given out. */
  left(): number | undefined;
}

/** Open items in plan order. */
export function inOrder(run: RunSettings, { kind, after: begun }: { kind: StoredKind; after: number }): Items {
  let [after, isDone] = [begun, false];
  let page: ClaimedItem[] = [];
  return {
    async next() {
      if (page.length === 0) page = await claimPage(run, { kind, after });
      const item = page.shift();
      if (item === undefined) isDone = true;
      else after = item.ordinal;
      return item;
    },
    left: () => (isDone ? undefined : after),
  };
}

/** Open items as the work on another kind makes them, in any order: what comes later may belong further to the front. */
export function asTheyCome(
  run: RunSettings,
  { kind, source, shouldDrain }: { kind: StoredKind; source: Source; shouldDrain: () => boolean },
): Items {
  const given = new Set<string>();
  let [seen, isDone] = [-1, false];
  let page: ClaimedItem[] = [];
  return {
    async next() {
      while (page.length === 0) {
        await condition(() => source.ended > seen || !source.isOpen || shouldDrain());
        if (shouldDrain()) return undefined;
        const { ended, isOpen } = source;
        // Those in flight are still open, and fewer than a page holds.
        page = (await claimPage(run, { kind, after: -1 })).filter(({ id }) => !given.has(id));
        isDone = page.length === 0 && !isOpen;
        if (isDone) return undefined;
        seen = ended;
      }
      const item = page.shift();
      if (item !== undefined) given.add(item.id);
      return item;
    },
    left: () => (isDone ? undefined : -1),
  };
}

async function claimPage(
  { runId }: RunSettings,
  { kind, after }: { kind: StoredKind; after: number },
): Promise<ClaimedItem[]> {
  const page = await store.claimItems({ runId, kind, partition: 0, partitions: 1, after, limit: pageSize });
  return [...page.items];
}
