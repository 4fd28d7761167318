import { availableParallelism } from 'node:os';
import type { OwnedSandbox } from './contract.ts';
import type { DoctorOptions, Fitness } from './doctor.ts';
import { fitness } from './doctor.ts';
import { zygoteLaunch } from './launch.ts';
import type { ZygoteLender } from './python-sandbox.ts';
import { createPythonSandbox } from './python-sandbox.ts';
import { Zygote } from './zygote.ts';

/**
 * A new interpreter for each call: slow, and the oracle for everything that a warm one could carry from call to call.
 * Throws SandboxRefused on a host that is not fit.
 */
export async function createProcessSandbox(options: DoctorOptions = {}): Promise<OwnedSandbox> {
  const fit = await fitness(options);
  return createPythonSandbox(
    { backend: 'process', level: fit.level, python: fit.python.version },
    new OncePerCall(fit),
  );
}

/** Interpreters that start at a time: each takes a core for some tens of milliseconds. */
const mostAtATime = availableParallelism() * 2;

class OncePerCall implements ZygoteLender {
  readonly #host: Fitness;
  readonly #running = new Set<Zygote>();
  readonly #waiting: (() => void)[] = [];
  #lent = 0;

  constructor(host: Fitness) {
    this.#host = host;
  }

  share(): number {
    return 1;
  }

  async lend<T>(hashSeed: number, use: (zygote: Zygote) => Promise<T>): Promise<T> {
    while (this.#lent >= mostAtATime) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#lent += 1;
    try {
      return await this.#withOne(hashSeed, use);
    } finally {
      this.#lent -= 1;
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((zygote) => zygote.stop()));
  }

  async #withOne<T>(hashSeed: number, use: (zygote: Zygote) => Promise<T>): Promise<T> {
    const unsafe = this.#host.level === 'none';
    const { zygote } = await Zygote.start(zygoteLaunch(this.#host.python, { ...this.#host, hashSeed, unsafe }));
    this.#running.add(zygote);
    try {
      return await use(zygote);
    } finally {
      this.#running.delete(zygote);
      await zygote.stop();
    }
  }
}
