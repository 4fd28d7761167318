/** Waiting for what other processes and workflows bring about. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a test gives up; nothing that is right takes nearly as long. */
const patienceMs = 60_000;

/** Asks until the answer is the wanted one and returns it; fails with the last answer. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  holds: (answer: T) => boolean = Boolean,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(500, pauseMs * 2)) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`never came true: ${what}; last seen: ${JSON.stringify(answer)?.slice(0, 600)}`);
    await sleep(pauseMs);
  }
}
