/**
 * Bounded fan-out inside one workflow: at most `limit` pieces of work in flight, the next one starts as soon as one ends.
 */
import { condition } from '@temporalio/workflow';

/**
 * Runs `work` over all items and returns the results in the order of the items.
 * The first rejection rejects the whole; use an outcome value for work that may fail.
 */
export async function mapWindow<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

export interface Stream<Item> {
  /** The next item, or undefined when there is none left. */
  next(): Promise<Item | undefined>;
  /** Must not reject except by cancellation. */
  work(item: Item): Promise<void>;
  readonly limit: number;
  /** While true no item starts. */
  isPaused(): boolean;
  /** Once true no further item starts and the stream drains. */
  shouldDrain(): boolean;
}

/** Walks a stream through the window; returns "done" at its end, "drained" when asked to stop before it. */
export async function drainStream<Item>(stream: Stream<Item>): Promise<'done' | 'drained'> {
  const inFlight = new Set<Promise<void>>();
  let failure: { readonly cause: unknown } | undefined;
  let end: 'done' | 'drained' = 'drained';
  for (;;) {
    await condition(
      () => failure !== undefined || stream.shouldDrain() || (!stream.isPaused() && inFlight.size < stream.limit),
    );
    if (failure !== undefined || stream.shouldDrain()) break;
    const item = await stream.next();
    if (item === undefined) {
      end = 'done';
      break;
    }
    const running: Promise<void> = stream
      .work(item)
      .catch((cause: unknown) => {
        failure ??= { cause };
      })
      .finally(() => {
        inFlight.delete(running);
      });
    inFlight.add(running);
  }
  await Promise.all(inFlight);
  if (failure !== undefined) throw failure.cause;
  return end;
}
