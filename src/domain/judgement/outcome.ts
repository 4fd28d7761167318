/**
 * What becomes of a judged conversation (method §1.4, §7.3; probes 1, 2, 19): scored, failed by the class of what kept a
 * judge from answering, or quarantined by the judge whose replies were never usable. In the original each of these was 1.0.
 */
import type { Outcome } from '../run/outcome.ts';
import { dimensionNames, type TrajectoryScore } from './dimensions.ts';

export interface MissingReply {
  readonly prompt: string;
  /** Class of the failure; null for a reply that never became usable. */
  readonly failure: string | null;
  readonly detail: string;
}

/** ok only when every dimension is resolved. A failure is named before an unusable reply: it is what can be mended. */
export function judgementOutcome(score: TrajectoryScore, missing: readonly MissingReply[]): Outcome {
  const detail = missing
    .map((one) => `${one.prompt}: ${one.detail}`)
    .join('; ')
    .slice(0, 1000);
  const failed = missing.find(({ failure }) => failure !== null);
  if (failed?.failure) return { status: 'failed', class: failed.failure, detail };
  const [silent] = missing;
  if (silent !== undefined) return { status: 'quarantined', judge: silent.prompt, detail };
  for (const name of dimensionNames) {
    const verdict = score.dimensions[name];
    if (verdict.kind === 'unresolved') return { status: 'quarantined', judge: name, detail: verdict.detail };
  }
  return { status: 'ok' };
}
