/**
 * The outage gate (method §1.2; ours): closes one LLM task queue on the server while its endpoint cannot serve,
 * so that waiting calls burn neither attempts nor history, and opens it again by itself.
 */
export interface GateNotice {
  /** Task queue of the calls, for example "astra-llm-judge". */
  readonly queue: string;
  /** Failure type that tripped it, for example "Provider.Auth". */
  readonly cause: string;
  /** One line for people; holds no secret. */
  readonly reason: string;
  /** The run whose model settings the probe uses. */
  readonly runId: string;
  /** Role whose endpoint is probed. */
  readonly role: string;
  /** Seconds between probes; absent: 30. */
  readonly probeSeconds?: number;
}

export interface GateActivities {
  /** Stops dispatch of the queue (rate limit 0) and shows the reason. Safe to repeat. */
  closeQueue(notice: GateNotice): Promise<void>;
  /** Sets the queue's rate: a number per second, or null for no limit, which also marks it open. Safe to repeat. */
  openQueue(input: { queue: string; ratePerSecond: number | null }): Promise<void>;
}

export interface ProbeActivities {
  /** One smallest possible request to the endpoint; never fails, reports what it saw. */
  probe(notice: GateNotice): Promise<{ healthy: boolean; reason: string }>;
}

/** Asks the endpoint of a run's role for the smallest possible answer; never throws. */
export type EndpointProbe = (target: {
  readonly runId: string;
  readonly role: string;
}) => Promise<{ healthy: boolean; reason: string }>;

/** A closed queue, as readers without Temporal see it. */
export interface GateRow {
  readonly queue: string;
  readonly cause: string;
  readonly reason: string;
  readonly runId: string;
}

/** What the gate needs of the store: which queues are closed, and why. Both methods are safe to repeat. */
export interface GateStore {
  /** Shows the queue as closed; keeps the time of the first closing while it stays closed. */
  setGate(row: GateRow): Promise<void>;
  /** Shows the queue as open. */
  clearGate(queue: string): Promise<void>;
}

/** What the llm activity needs: trip the gate at once; resolves when the queue is closed. */
export interface OutageGate {
  trip(notice: GateNotice): Promise<void>;
}
