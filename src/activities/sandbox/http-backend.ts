import type { Json } from '../../domain/json.ts';
import { failed } from './call-outcome.ts';
import { SandboxLost } from './classify-failure.ts';
import type {
  Call,
  CallOptions,
  CallResult,
  EnvRef,
  Episode,
  ListedCall,
  OpenOptions,
  OwnedSandbox,
  SandboxInfo,
} from './contract.ts';
import { CallBatch } from './http-batch.ts';
import type { HttpEndpoint } from './http-client.ts';
import { askServer } from './http-client.ts';
import { HttpEpisode } from './http-episode.ts';
import { infoAnswer, loadAnswer } from './http-wire.ts';

export type HttpSandboxOptions = {
  url: string;
  token: string;
  /** How long one request may take, its whole batch included. Default 120,000. */
  timeoutMs?: number;
};

/** A sandbox on another machine. Rejects with SandboxLost when it cannot be reached, SandboxRefused for a wrong token. */
export async function createHttpSandbox(options: HttpSandboxOptions): Promise<OwnedSandbox> {
  const endpoint = { timeoutMs: 120_000, ...options };
  const info = await askServer(endpoint, '/v1/info', { schema: infoAnswer });
  return new HttpSandbox(endpoint, { ...info, backend: `http/${info.backend}` });
}

class HttpSandbox implements OwnedSandbox {
  readonly #endpoint: HttpEndpoint;
  readonly #info: SandboxInfo;
  readonly #batch: CallBatch;

  constructor(endpoint: HttpEndpoint, info: SandboxInfo) {
    this.#endpoint = endpoint;
    this.#info = info;
    this.#batch = new CallBatch(endpoint);
  }

  info(): SandboxInfo {
    return this.#info;
  }

  async load(source: string): Promise<EnvRef> {
    const loaded = await askServer(this.#endpoint, '/v1/load', { body: { source }, schema: loadAnswer });
    return { ...loaded, source };
  }

  // oxlint-disable-next-line max-params -- the contract's own shape: what, which function, with what, under which terms
  async call(env: EnvRef, fn: string, args: Json, options: CallOptions = {}): Promise<CallResult> {
    try {
      return await this.#batch.add({ env, fn, args, options });
    } catch (error) {
      if (error instanceof SandboxLost) return failed('infra', error.message);
      throw error;
    }
  }

  callMany(env: EnvRef, calls: readonly ListedCall[], shared: CallOptions = {}): Promise<CallResult[]> {
    return Promise.all(calls.map(({ fn, args, options }) => this.call(env, fn, args, { ...shared, ...options })));
  }

  open(env: EnvRef, { log = [], ...options }: OpenOptions = {}): Promise<Episode> {
    const frozen: readonly Call[] = log;
    return Promise.resolve(new HttpEpisode(this.#endpoint, { source: env.source, options, log: frozen }));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
