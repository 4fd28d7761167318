import type { Json } from '../../domain/json.ts';
import { refusedCall } from './call-outcome.ts';
import { SandboxLost } from './classify-failure.ts';
import type { CallOptions, CallResult, EnvRef } from './contract.ts';
import type { HttpEndpoint } from './http-client.ts';
import { askServer } from './http-client.ts';
import { callAnswer, fromWire, mostCallsInBatch } from './http-wire.ts';
import { resolveOptions } from './limits.ts';
import { argsFault } from './strict-json.ts';

type OneCall = { env: EnvRef; fn: string; args: Json; options: CallOptions };
type Waiting = OneCall & { resolve: (result: CallResult) => void; reject: (error: unknown) => void };

/** Sends the calls of one moment together: one request, and each source once. */
export class CallBatch {
  readonly #endpoint: HttpEndpoint;
  #waiting: Waiting[] = [];

  constructor(endpoint: HttpEndpoint) {
    this.#endpoint = endpoint;
  }

  async add(call: OneCall): Promise<CallResult> {
    // Here already: JSON.stringify would overflow on arguments that are nested too deep.
    const fault = argsFault(call.args);
    if (fault) return refusedCall(fault);
    // And this: one wrong option would have the server refuse the whole batch.
    resolveOptions(call.options);
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#sendAll());
      this.#waiting.push({ ...call, resolve, reject });
    });
  }

  async #sendAll(): Promise<void> {
    const all = this.#waiting;
    this.#waiting = [];
    const parts = Math.ceil(all.length / mostCallsInBatch);
    const batches = Array.from({ length: parts }, (_, i) =>
      all.slice(i * mostCallsInBatch, (i + 1) * mostCallsInBatch),
    );
    await Promise.all(batches.map((batch) => this.#send(batch)));
  }

  async #send(batch: Waiting[]): Promise<void> {
    try {
      const body = {
        sources: Object.fromEntries(batch.map(({ env }) => [env.hash, env.source])),
        calls: batch.map(({ env, fn, args, options }) => ({ env: env.hash, fn, args, options })),
      };
      const { results } = await askServer(this.#endpoint, '/v1/call', { body, schema: callAnswer });
      if (results.length !== batch.length) throw new SandboxLost(`${batch.length} calls got ${results.length} results`);
      results.forEach((result, index) => batch[index]?.resolve(fromWire(result)));
    } catch (error) {
      for (const call of batch) call.reject(error);
    }
  }
}
