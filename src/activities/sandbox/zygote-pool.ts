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

/** Calls after which a hash seed is worth a zygote in reserve: whoever makes a few calls does not pay for it. */
const callsBeforeReserve = 32;

type Shelf = { idle: Zygote[]; running: number; waiting: (() => void)[]; served: number; reserve?: Promise<Zygote> };

/**
 * Zygotes by hash seed, started when first needed. One more than may run is kept in reserve, so that the call after a
 * lost zygote does not wait for the start of another.
 */
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
        shelf.served += 1;
        if (shelf.served >= callsBeforeReserve) this.#keepReserve(shelf, hashSeed);
      }
    } finally {
      shelf.running -= 1;
      shelf.waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const reserves = [...this.#shelves.values()].flatMap((shelf) => shelf.reserve ?? []);
    await Promise.allSettled(reserves); // each is in #all once it has started
    await Promise.all([...this.#all].map((zygote) => zygote.stop()));
    this.#all.clear();
  }

  async #take(shelf: Shelf, hashSeed: number): Promise<Zygote> {
    if (this.#closed) throw new Error('the sandbox is closed');
    for (let idle = shelf.idle.pop(); idle; idle = shelf.idle.pop()) {
      if (!idle.dead) return idle;
      this.#all.delete(idle);
    }
    return this.#takeReserve(shelf, hashSeed);
  }

  /** The reserve when there is a live one, else a new zygote. */
  async #takeReserve(shelf: Shelf, hashSeed: number): Promise<Zygote> {
    const { reserve } = shelf;
    delete shelf.reserve;
    const kept = await reserve?.catch(() => undefined); // one that could not be started is started again, and says why
    if (kept === undefined || kept.dead) return this.#start(hashSeed);
    return kept;
  }

  #keepReserve(shelf: Shelf, hashSeed: number): void {
    if (this.#closed || shelf.reserve !== undefined) return;
    shelf.reserve = this.#start(hashSeed);
    shelf.reserve.catch(() => undefined); // told to the call that needs it
  }

  async #start(hashSeed: number): Promise<Zygote> {
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
    const found = this.#shelves.get(hashSeed) ?? { idle: [], running: 0, waiting: [], served: 0 };
    this.#shelves.set(hashSeed, found);
    return found;
  }
}
