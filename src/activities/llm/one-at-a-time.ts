/** Work under one key runs one after the other (ours): who comes second finds what the first has recorded. */

/** Runs `work` when no other work of this key is under way in this process; waiting ends with the signal's reason. */
export type OneAtATime = <T>(key: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

export function createOneAtATime(): OneAtATime {
  const underWay = new Map<string, Promise<void>>();
  return async function oneAtATime(key, signal, work) {
    for (let other = underWay.get(key); other !== undefined; other = underWay.get(key)) await either(other, signal);
    const running = work();
    const settled = running.then(
      () => undefined,
      () => undefined, // the caller gets the failure; who waits only wants to know that it is over
    );
    underWay.set(key, settled);
    try {
      return await running;
    } finally {
      if (underWay.get(key) === settled) underWay.delete(key);
    }
  };
}

/** Resolves with the work; rejects with the signal's reason when that comes first. */
async function either(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const left = Promise.withResolvers<void>();
  const leave = (): void => left.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
