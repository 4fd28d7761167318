import { availableParallelism } from 'node:os';
import type { OwnedSandbox } from './contract.ts';
import type { DoctorOptions, Fitness } from './doctor.ts';
import { fitness } from './doctor.ts';
import { HeldProcesses } from './held-processes.ts';
import { zygoteLaunch } from './launch.ts';
import { liveEpisodes, templatesKept } from './limits.ts';
import type { ZygoteLender } from './python-sandbox.ts';
import { createPythonSandbox } from './python-sandbox.ts';
import { Zygote } from './zygote.ts';

export type ZygoteSandboxOptions = DoctorOptions & {
  /** Zygotes for each hash seed in use, so calls in flight. Default: the cores of this host. */
  size?: number;
  /** Episodes whose processes are kept alive between calls. Default 16; the rest is rebuilt from the log when called. */
  episodes?: number;
  /** Environments whose loaded module each zygote keeps to fork calls from. Default 4; 0 loads it for each call. */
  templates?: number;
};

/** The default backend: warm interpreters that fork once per call. Throws SandboxRefused on a host that is not fit. */
export async function createZygoteSandbox(options: ZygoteSandboxOptions = {}): Promise<OwnedSandbox> {
  const fit = await fitness(options);
  const pool = new ZygotePool(fit, options.size ?? availableParallelism());
  const unsafe = fit.level === 'none';
  const channels = options.episodes ?? liveEpisodes;
  const held = new HeldProcesses(zygoteLaunch(fit.python, { ...fit, hashSeed: 0, unsafe, channels }));
  const lender: ZygoteLender = {
    lend: (hashSeed, use) => pool.lend(hashSeed, use),
    share: (calls) => pool.share(calls),
    held,
    templates: unsafe ? 0 : (options.templates ?? templatesKept),
    close: async () => {
      await Promise.all([pool.close(), held.close()]);
    },
  };
  return createPythonSandbox({ backend: 'zygote', level: fit.level, python: fit.python.version }, lender);
}

/** Calls of one list that hold an interpreter together: enough to save Node's time, few enough for others to get a turn. */
const mostPerLoan = 16;

type Shelf = { idle: Zygote[]; running: number; waiting: (() => void)[] };

/** Zygotes by hash seed, started when first needed; one that is lost is replaced by the next call that needs one. */
export class ZygotePool implements ZygoteLender {
  readonly #host: Fitness;
  readonly #size: number;
  readonly #shelves = new Map<number, Shelf>();
  readonly #all = new Set<Zygote>();
  #closed = false;

  constructor(host: Fitness, size: number) {
    this.#host = host;
    this.#size = size;
  }

  share(calls: number): number {
    return Math.min(Math.max(Math.ceil(calls / this.#size), 1), mostPerLoan);
  }

  async lend<T>(hashSeed: number, use: (zygote: Zygote) => Promise<T>): Promise<T> {
    const shelf = this.#shelf(hashSeed);
    while (shelf.running >= this.#size) await new Promise<void>((resolve) => shelf.waiting.push(resolve));
    shelf.running += 1;
    try {
      const zygote = await this.#take(shelf, hashSeed);
      try {
        return await use(zygote);
      } finally {
        this.#giveBack(shelf, zygote);
      }
    } finally {
      shelf.running -= 1;
      shelf.waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((zygote) => zygote.stop()));
    this.#all.clear();
  }

  async #take(shelf: Shelf, hashSeed: number): Promise<Zygote> {
    if (this.#closed) throw new Error('the sandbox is closed');
    for (let idle = shelf.idle.pop(); idle; idle = shelf.idle.pop()) {
      if (!idle.dead) return idle;
      this.#all.delete(idle);
    }
    const { zygote } = await Zygote.start(
      zygoteLaunch(this.#host.python, { ...this.#host, hashSeed, unsafe: this.#host.level === 'none' }),
    );
    this.#all.add(zygote);
    return zygote;
  }

  #giveBack(shelf: Shelf, zygote: Zygote): void {
    if (zygote.dead) this.#all.delete(zygote);
    else shelf.idle.push(zygote);
  }

  #shelf(hashSeed: number): Shelf {
    const found = this.#shelves.get(hashSeed) ?? { idle: [], running: 0, waiting: [] };
    this.#shelves.set(hashSeed, found);
    return found;
  }
}
