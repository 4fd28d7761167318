/** Lets calls run side by side, or one call all alone: whoever wants to be alone waits for the rest and holds new ones. */
export class QuietGate {
  #running = 0;
  #turn: Promise<void> = Promise.resolve();
  #whenQuiet: (() => void) | undefined;

  async together<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn;
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#whenQuiet?.();
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = before.then(() => promise);
    await before;
    try {
      await this.#quiet();
      return await work();
    } finally {
      resolve();
    }
  }

  async #quiet(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenQuiet = resolve;
    });
    this.#whenQuiet = undefined;
  }
}
