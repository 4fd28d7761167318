import type { Json } from '../../domain/json.ts';
import type { ResultFrame } from './call-outcome.ts';
import { refusedCall } from './call-outcome.ts';
import { EpisodeDiverged } from './classify-failure.ts';
import type { Call, CallResult, Episode } from './contract.ts';
import { argsFault } from './strict-json.ts';
import { Turns } from './turns.ts';

/** A result and, where a complete frame came, the hashes of this call and of the log replayed before it. */
export type EpisodeStep = { result: CallResult; facts?: EpisodeFacts };
export type EpisodeFacts = { digest: Digest; replayed: Digest[] };
type Digest = [resultHash: string, stateHash: string];

/** Runs one more call after a log; `fn: null` calls nothing and only reads the state. */
export interface EpisodeRunner {
  step(log: readonly Call[], next: { fn: string | null; args: Json }): Promise<EpisodeStep>;
  /** Runners for `n` other episodes that start from the same log. */
  fork(log: readonly Call[], n: number): Promise<EpisodeRunner[]>;
  release(): void;
}

/** The truth of an episode is its environment, options and log; whatever process runs it is only a cache of that. */
export class ToolEpisode implements Episode {
  readonly #runner: EpisodeRunner;
  readonly #log: Call[];
  readonly #turns = new Turns();
  #closed = false;

  constructor(runner: EpisodeRunner, log: readonly Call[]) {
    this.#runner = runner;
    this.#log = [...log];
  }

  call(fn: string, args: Json): Promise<CallResult> {
    return this.#inTurn(async () => {
      const fault = argsFault(args);
      if (fault) return refusedCall(fault);
      const { result, facts } = await this.#step({ fn, args });
      const leavesTrace = result.status === 'ok' || result.status === 'tool_error';
      if (leavesTrace && facts) {
        this.#log.push({ fn, args, resultHash: facts.digest[0], stateHash: facts.digest[1] });
      }
      return result;
    });
  }

  fork(n: number): Promise<Episode[]> {
    return this.#inTurn(async () => {
      const runners = await this.#runner.fork(this.#log, n);
      return runners.map((runner) => new ToolEpisode(runner, this.#log));
    });
  }

  state(): Promise<{ hash: string; log: Call[] }> {
    return this.#inTurn(async () => {
      const known = this.#log.at(-1)?.stateHash;
      if (known !== undefined) return { hash: known, log: [...this.#log] };
      const { result, facts } = await this.#step({ fn: null, args: {} });
      if (!facts) throw new Error(`the episode's state cannot be read: ${result.error?.message ?? result.status}`);
      return { hash: facts.digest[1], log: [...this.#log] };
    });
  }

  close(): void {
    this.#closed = true;
    this.#runner.release();
  }

  async #step(next: { fn: string | null; args: Json }): Promise<EpisodeStep> {
    const step = await this.#runner.step(this.#log, next);
    step.facts?.replayed.forEach(([resultHash, stateHash], index) => {
      const logged = this.#log[index];
      if (!logged) return;
      const sameResult = (logged.resultHash ?? resultHash) === resultHash;
      const sameState = (logged.stateHash ?? stateHash) === stateHash;
      if (sameResult && sameState) this.#log[index] = { ...logged, resultHash, stateHash };
      else
        throw new EpisodeDiverged(`call ${index} (${logged.fn}) of the log has another result or state when replayed`);
    });
    return step;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      if (this.#closed) throw new Error('the episode is closed');
      return work();
    });
  }
}

/** Reads the hashes out of a frame; undefined when they are not there, since the frame may be forged. */
export function episodeFacts(frame: ResultFrame | undefined): EpisodeFacts | undefined {
  const digest = frame?.fields.get('digest');
  const replayed = frame?.fields.get('replayed');
  if (!isDigest(digest) || !Array.isArray(replayed) || !replayed.every(isDigest)) return undefined;
  return { digest, replayed };
}

function isDigest(value: unknown): value is Digest {
  return Array.isArray(value) && value.length === 2 && value.every((hash) => typeof hash === 'string' && hash !== '');
}
