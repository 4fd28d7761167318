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

class OncePerCall implements ZygoteLender {
  readonly #host: Fitness;
  readonly #running = new Set<Zygote>();

  constructor(host: Fitness) {
    this.#host = host;
  }

  share(): number {
    return 1;
  }

  async lend<T>(hashSeed: number, use: (zygote: Zygote) => Promise<T>): Promise<T> {
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

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((zygote) => zygote.stop()));
  }
}
