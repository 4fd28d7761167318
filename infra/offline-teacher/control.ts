/** What drills change while the teacher runs, and what it remembers of its requests. */
import { appendFile } from 'node:fs/promises';
import type { JsonObject } from '../../src/domain/json.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { readFaultPlan } from './faults/fault-plan.ts';
import { asText } from './json-text.ts';

export interface RequestTrace {
  readonly prompt: string;
  readonly seed: number | null;
  /** Requests that came in, finished or not. */
  asked: number;
  /** Requests that got a good-status answer in full. */
  answered: number;
}

export class TeacherState {
  faults: FaultPlan;
  latencyMs: number;
  requireKey: string | null;
  down = false;
  readonly traces = new Map<string, RequestTrace>();
  readonly logFile: string | undefined;
  readonly seed: number;

  constructor(start: {
    faults: string;
    latencyMs: number;
    requireKey: string | null;
    logFile: string | undefined;
    seed: number;
  }) {
    this.faults = readFaultPlan(start.faults);
    this.latencyMs = start.latencyMs;
    this.requireKey = start.requireKey;
    this.logFile = start.logFile;
    this.seed = start.seed;
  }

  /** Applies the known fields of a control request; throws RangeError for a malformed one, changing nothing. */
  change(wish: JsonObject): void {
    const faults = wish['faults'] === undefined ? this.faults : readFaultPlan(asText(wish['faults']));
    const latency = wish['latencyMs'] ?? this.latencyMs;
    if (typeof latency !== 'number' || latency < 0)
      throw new RangeError('latencyMs must be a number of milliseconds, 0 or more');
    const down = wish['down'] ?? this.down;
    if (typeof down !== 'boolean') throw new RangeError('down must be true or false');
    this.faults = faults;
    this.latencyMs = latency;
    this.down = down;
    if (wish['requireKey'] !== undefined) this.requireKey = asText(wish['requireKey']) || null;
    if (wish['forget'] === true) this.traces.clear();
  }

  describe(): JsonObject {
    return {
      faults: this.faults.spec,
      latencyMs: this.latencyMs,
      requireKey: this.requireKey !== null,
      down: this.down,
      seed: this.seed,
    };
  }

  /** Counts an incoming request and returns its trace; `asked` is then 1 for the first ask. */
  trace(hash: string, prompt: string, seed: number | null): RequestTrace {
    const trace = this.traces.get(hash) ?? { prompt, seed, asked: 0, answered: 0 };
    trace.asked += 1;
    this.traces.set(hash, trace);
    return trace;
  }

  /** Remembers that the answer went out in full. */
  finished(hash: string, trace: RequestTrace): void {
    trace.answered += 1;
    if (this.logFile === undefined) return;
    const line = JSON.stringify({ hash, prompt: trace.prompt, seed: trace.seed, at: new Date().toISOString() });
    appendFile(this.logFile, `${line}\n`).catch((cause: unknown) =>
      process.stderr.write(`cannot write ${this.logFile}: ${String(cause)}\n`),
    );
  }

  log(): JsonObject {
    const requests = [...this.traces].map(([hash, trace]) => ({ hash, ...trace }));
    const total = (name: 'asked' | 'answered'): number => requests.reduce((sum, one) => sum + one[name], 0);
    return { distinct: requests.length, asked: total('asked'), answered: total('answered'), requests };
  }
}
