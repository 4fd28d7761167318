/** Closed queues in memory: reasons by queue. */
import type { GateStore } from '../../src/activities/gate/contract.ts';

export interface MemoryGates extends GateStore {
  readonly closed: Map<string, string>;
}

export function memoryGates(): MemoryGates {
  const closed = new Map<string, string>();
  return {
    closed,
    setGate: ({ queue, cause, reason }) => Promise.resolve(void closed.set(queue, `${cause}: ${reason}`)),
    clearGate: (queue) => Promise.resolve(void closed.delete(queue)),
  };
}
