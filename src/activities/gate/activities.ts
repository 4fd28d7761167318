/**
 * The hands of the outage gate (method §1.2; ours): close, probe, open. When to do what is decided by the gate's workflow.
 */
import { wrapActivities } from '../failures.ts';
import type { EndpointProbe, GateActivities, GateStore, ProbeActivities } from './contract.ts';
import type { SetQueueRate } from './task-queue-rate.ts';

export interface GateDependencies {
  readonly setQueueRate: SetQueueRate;
  readonly store: GateStore;
}

export function createGateActivities({ setQueueRate, store }: GateDependencies): GateActivities {
  return wrapActivities({
    async closeQueue({ queue, cause, reason, runId }) {
      await setQueueRate(queue, 0, `${cause}: ${reason}`);
      await store.setGate({ queue, cause, reason, runId });
    },
    async openQueue({ queue, ratePerSecond }) {
      const reason = ratePerSecond === null ? 'the endpoint serves again' : 'the endpoint serves again: slow start';
      await setQueueRate(queue, ratePerSecond, reason);
      if (ratePerSecond === null) await store.clearGate(queue);
    },
  });
}

export function createProbeActivities(probe: EndpointProbe): ProbeActivities {
  return wrapActivities({ probe: ({ runId, role }) => probe({ runId, role }) });
}
