/** Ends the request whose answer is too large to be kept in memory, while its server lives on. */
import { ToolServerError } from '../failures.ts';

export class OverflowWatch {
  readonly #most: number;
  #fail: ((error: ToolServerError) => void) | undefined;

  /** The bytes that one message may have. */
  constructor(most: number) {
    this.#most = most;
  }

  /** A message grew beyond the limit; without a request under way nobody has to know. */
  trip(): void {
    const limit = `${Math.round(this.#most / 1024 / 1024)} MB`;
    this.#fail?.(new ToolServerError('TooLarge', `sent a message of more than ${limit}`));
  }

  /** The outcome of a request, or ToolServer.TooLarge as soon as its answer is too large. One request at a time. */
  async guard<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const given = new AbortController();
    const overflow = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    try {
      return await Promise.race([run(given.signal), overflow]);
    } finally {
      this.#fail = undefined;
      given.abort();
    }
  }
}
