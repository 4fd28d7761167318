/**
 * The circuit breaker of one LLM queue (ours): closes it while its endpoint cannot serve, probes, lets traffic grow back,
 * opens it. Waiting calls burn no attempts meanwhile and no item fails.
 */
import { continueAsNew, setCurrentDetails, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import type { GateNotice } from '../activities/gate/contract.ts';
import { seededRng } from '../domain/random.ts';
import { outageSignal } from './messages.ts';
import { gate, prober } from './resources.ts';

/** Calls per second while traffic grows back, each for `rampSeconds`. */
const ramp = [1, 10];
const rampSeconds = 2;

export async function llmGate(notice: GateNotice): Promise<void> {
  let latest = notice;
  let outages = 0;
  setHandler(outageSignal, (next) => {
    latest = next;
    outages += 1;
  });
  for (;;) {
    await closeAndProbe(() => latest);
    const seen = outages;
    for (const ratePerSecond of ramp) {
      await gate.openQueue({ queue: notice.queue, ratePerSecond });
      await sleep(rampSeconds * 1_000);
      if (outages > seen) break;
    }
    if (outages > seen) continue;
    await gate.openQueue({ queue: notice.queue, ratePerSecond: null });
    // An outage that was reported while the queue was being opened would otherwise leave it closed for good.
    if (outages === seen) return;
  }
}

/** Holds the queue closed until a probe succeeds. */
async function closeAndProbe(latest: () => GateNotice): Promise<void> {
  const rng = seededRng(workflowInfo().runId);
  let shown = '';
  for (;;) {
    const notice = latest();
    if (notice.reason !== shown) {
      await gate.closeQueue(notice);
      shown = notice.reason;
    }
    setCurrentDetails(`**closed**: ${notice.cause}: ${notice.reason}`);
    // Up to a quarter earlier or later, so that the gates of one outage do not probe in step.
    await sleep((notice.probeSeconds ?? 30) * (0.75 + rng() / 2) * 1_000);
    const { healthy } = await prober.probe(notice);
    if (healthy) return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof llmGate>(latest());
  }
}
