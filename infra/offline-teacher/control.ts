/** What drills change while the teacher runs, and what it remembers of its requests. */
import { appendFileSync } from 'node:fs';
import type { JsonObject } from '../../src/domain/json.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { readFaultPlan } from './faults/fault-plan.ts';
import { asInteger, asText } from './json-text.ts';
import type { ChatRequest } from './read-request.ts';

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

  /** Logs a request at its arrival, before any delay: one that never gets its answer was paid for all the same. */
  arrived(request: ChatRequest): void {
    const { hash, body } = request;
    this.#append('asked', hash, { prompt: nameOf(request), seed: asInteger(body['seed']) ?? null });
  }

  /** Counts a request and returns its trace; `asked` is then 1 for the first ask. */
  trace(request: ChatRequest): RequestTrace {
    const { hash, body } = request;
    const known = this.traces.get(hash);
    const trace = known ?? { prompt: nameOf(request), seed: asInteger(body['seed']) ?? null, asked: 0, answered: 0 };
    trace.asked += 1;
    this.traces.set(hash, trace);
    return trace;
  }

  /** Remembers that the answer went out in full. */
  finished(hash: string, trace: RequestTrace): void {
    trace.answered += 1;
    this.#append('answered', hash, trace);
  }

  /** One write per line, done when it returns: kill -9 of this process loses no line and tears none. */
  #append(event: 'asked' | 'answered', hash: string, { prompt, seed }: Pick<RequestTrace, 'prompt' | 'seed'>): void {
    if (this.logFile === undefined) return;
    const line = JSON.stringify({ event, hash, prompt, seed, at: new Date().toISOString() });
    appendFileSync(this.logFile, `${line}\n`);
  }

  log(): JsonObject {
    const requests = [...this.traces].map(([hash, trace]) => ({ hash, ...trace }));
    const total = (name: 'asked' | 'answered'): number => requests.reduce((sum, one) => sum + one[name], 0);
    return { distinct: requests.length, asked: total('asked'), answered: total('answered'), requests };
  }
}

/** Turns of an agent have no prompt of ours; what has neither prompt nor tools is no call of a run. */
function nameOf({ prompt, tools }: ChatRequest): string {
  return prompt ?? (tools.length > 0 ? 'trajectory/agent' : 'other');
}
