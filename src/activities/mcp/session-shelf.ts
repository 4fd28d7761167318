/**
 * Servers between two calls: kept by the state they stand in, at most so many at once. Where all places are taken, one that
 * has rested for a while makes way, and whoever needs a place waits until then: an episode between two calls is to find its
 * server again, not to have it started anew for every call. Its state can always be rebuilt from the record.
 */
import type { LiveServer } from './live-server.ts';

export interface ShelfLimits {
  /** Servers that live at once, in use or not. */
  readonly most: number;
  /** After so long without a call a server is ended. */
  readonly idleMs: number;
  /** After so long without a call a server makes way for one that is needed. */
  readonly restMs: number;
}

interface Idle {
  readonly server: LiveServer;
  readonly since: number;
}

export class SessionShelf {
  readonly #limits: ShelfLimits;
  readonly #timer: NodeJS.Timeout;
  /** Longest unused first. */
  #idle: Idle[] = [];
  #places: number;
  #waiting: (() => void)[] = [];
  #closing = false;
  readonly #ending = new Set<Promise<void>>();

  constructor(limits: ShelfLimits) {
    this.#limits = limits;
    this.#places = limits.most;
    const often = Math.max(10, Math.min(limits.idleMs, limits.restMs) / 4);
    this.#timer = setInterval(() => this.#endUnused(), often).unref();
  }

  /** Whether an unused server stands in the state. */
  stands(state: string): boolean {
    return this.#idle.some(({ server }) => server.state === state);
  }

  /** An unused server that stands in one of the states, the first of them preferred; undefined for none. */
  take(states: readonly string[]): LiveServer | undefined {
    for (const state of states) {
      const found = this.#idle.find(({ server }) => server.state === state);
      if (found === undefined) continue;
      this.#idle = this.#idle.filter((idle) => idle !== found);
      return found.server;
    }
    return undefined;
  }

  /** Waits for the place of one more server; whoever gets it puts a server there or gives the place back. */
  async place(signal?: AbortSignal): Promise<void> {
    if (this.#places > 0) {
      this.#places -= 1;
      return;
    }
    const [rested] = this.#idle;
    if (rested !== undefined && rested.since <= performance.now() - this.#limits.restMs) {
      this.#idle.shift();
      return this.#end(rested.server);
    }
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== go);
        reject(signal?.reason);
      };
      const go = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      this.#waiting.push(go);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Gives a place back that holds no server any more. */
  vacate(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#places += 1;
    else next();
  }

  /** A server after its call. */
  put(server: LiveServer): void {
    if (this.#closing) void this.drop(server);
    else this.#idle.push({ server, since: performance.now() });
  }

  /** Ends a server whose state is no longer known. */
  async drop(server: LiveServer): Promise<void> {
    await this.#end(server);
    this.vacate();
  }

  /** Begins to end the unused servers of an episode: some take seconds to go, and nobody has to wait for that. */
  endEpisode(episode: string): void {
    void this.#endWhere(({ server }) => server.episode === episode);
  }

  /** Ends all unused servers; those in use end after their call. Returns when none is left that was ended here. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#timer);
    await this.#endWhere(() => true);
    await Promise.all(this.#ending);
  }

  async #endWhere(which: (idle: Idle) => boolean): Promise<void> {
    const ended = this.#idle.filter(which);
    this.#idle = this.#idle.filter((idle) => !which(idle));
    await Promise.all(ended.map(({ server }) => this.drop(server)));
  }

  #endUnused(): void {
    const before = performance.now() - this.#limits.idleMs;
    void this.#endWhere(({ since }) => since < before);
    const rested = performance.now() - this.#limits.restMs;
    const wanted = this.#idle.slice(0, this.#waiting.length).filter(({ since }) => since <= rested);
    void this.#endWhere((idle) => wanted.includes(idle));
  }

  #end(server: LiveServer): Promise<void> {
    const ending = server.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    return ending;
  }
}
