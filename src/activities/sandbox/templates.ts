import { mostUseBytes } from './zygote-frames.ts';

/** How a call can be made from a template: what the template loads, and what its double is told to do. */
export type ByTemplate = { key: string; load: string; use: string };

/** Where a call of a module finds its template; `isNew` when the template has to be made first. */
export type Place = { slot: number; isNew: boolean };

const keysRemembered = 256;
/** From this many calls on, loading the module once for all of them pays. */
const worthwhileCalls = 3;

/**
 * Which modules one zygote has loaded in processes that wait to be forked: the most recently used ones. A module becomes
 * a template when it is called for the second time, or several times at once.
 */
export class Templates {
  readonly #most: number;
  readonly #slots = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #refused: ReadonlySet<string>;

  constructor(most: number, refused: ReadonlySet<string>) {
    this.#most = most;
    this.#refused = refused;
  }

  /** The place for calls of that key; undefined when they are better run without a template. */
  place(key: string, calls: readonly ByTemplate[]): Place | undefined {
    if (this.#most === 0 || this.#refused.has(key) || calls.some(({ use }) => Buffer.byteLength(use) > mostUseBytes))
      return undefined;
    const slot = this.#slots.get(key);
    if (slot !== undefined) {
      this.#slots.delete(key);
      this.#slots.set(key, slot);
      return { slot, isNew: false };
    }
    if (calls.length < worthwhileCalls && !this.#seen.has(key)) {
      remember(this.#seen, key);
      return undefined;
    }
    const free = this.#freeSlot();
    this.#slots.set(key, free);
    return { slot: free, isNew: true };
  }

  #freeSlot(): number {
    if (this.#slots.size < this.#most) {
      const taken = new Set(this.#slots.values());
      return Array.from({ length: this.#most }, (_, i) => i).find((slot) => !taken.has(slot)) ?? 0;
    }
    const [oldest] = this.#slots;
    this.#slots.delete(oldest?.[0] ?? '');
    return oldest?.[1] ?? 0;
  }
}

/** Adds to a set that forgets its oldest entries. */
export function remember(set: Set<string>, key: string): void {
  set.add(key);
  const [oldest] = set;
  if (set.size > keysRemembered && oldest !== undefined) set.delete(oldest);
}
