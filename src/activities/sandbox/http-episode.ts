import type { Json } from '../../domain/json.ts';
import { failed, refusedCall } from './call-outcome.ts';
import { SandboxLost } from './classify-failure.ts';
import type { Call, CallOptions, CallResult, Episode } from './contract.ts';
import type { HttpEndpoint } from './http-client.ts';
import { askServer } from './http-client.ts';
import { episodeAnswer, fromWire } from './http-wire.ts';
import { argsFault } from './strict-json.ts';
import { Turns } from './turns.ts';

type Start = { source: string; options: CallOptions; log: readonly Call[] };

/** An episode whose log lives here and whose calls run wherever the server is. */
export class HttpEpisode implements Episode {
  readonly #endpoint: HttpEndpoint;
  readonly #start: Start;
  #log: Call[];
  readonly #turns = new Turns();
  #closed = false;

  constructor(endpoint: HttpEndpoint, start: Start) {
    this.#endpoint = endpoint;
    this.#start = start;
    this.#log = [...start.log];
  }

  call(fn: string, args: Json): Promise<CallResult> {
    return this.#inTurn(async () => {
      const fault = argsFault(args);
      if (fault) return refusedCall(fault);
      try {
        const { result } = await this.#ask({ fn, args });
        return result ? fromWire(result) : failed('infra', 'the sandbox server sent no result');
      } catch (error) {
        if (error instanceof SandboxLost) return failed('infra', error.message);
        throw error;
      }
    });
  }

  fork(n: number): Promise<Episode[]> {
    const fork = () => new HttpEpisode(this.#endpoint, { ...this.#start, log: this.#log });
    return this.#inTurn(() => Promise.resolve(Array.from({ length: n }, fork)));
  }

  state(): Promise<{ hash: string; log: Call[] }> {
    return this.#inTurn(async () => {
      const { hash, log } = await this.#ask(null);
      return { hash, log };
    });
  }

  close(): void {
    this.#closed = true;
  }

  async #ask(next: { fn: string; args: Json } | null) {
    const { source, options } = this.#start;
    const body = { source, options, log: this.#log, next };
    const answer = await askServer(this.#endpoint, '/v1/episode', { body, schema: episodeAnswer });
    this.#log = answer.log;
    return answer;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      if (this.#closed) throw new Error('the episode is closed');
      return work();
    });
  }
}
