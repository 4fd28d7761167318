import { createHash } from 'node:crypto';
import type { Call, CallOptions, Episode } from './contract.ts';

export type EpisodeKey = { envHash: string; options: CallOptions; log: readonly Call[] };

/**
 * Open episodes of a server, found again by what they are: environment, options and log. Only a cache: an episode that
 * was dropped, or lives on another server, is opened from the same log.
 */
export class EpisodeShelf {
  readonly #episodes = new Map<string, Episode>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes the episode away from the shelf, so that two requests never share one. */
  take(key: EpisodeKey): Episode | undefined {
    const text = textOf(key);
    const found = this.#episodes.get(text);
    this.#episodes.delete(text);
    return found;
  }

  /** Puts an episode under what it has become; closes another one of the same key, and the oldest when there are too many. */
  put(key: EpisodeKey, episode: Episode): void {
    this.take(key)?.close();
    this.#episodes.set(textOf(key), episode);
    const [oldest] = this.#episodes;
    if (this.#episodes.size <= this.#most || !oldest) return;
    this.#episodes.delete(oldest[0]);
    oldest[1].close();
  }

  close(): void {
    for (const episode of this.#episodes.values()) episode.close();
    this.#episodes.clear();
  }
}

function textOf({ envHash, options, log }: EpisodeKey): string {
  const parts = [
    envHash,
    JSON.stringify(options, Object.keys(options).toSorted()),
    log.map((call) => [call.fn, call.args, call.stateHash]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
