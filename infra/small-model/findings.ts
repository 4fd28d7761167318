/** What a run with a model that knows nothing must look like: every item ended by name, nothing crashed, nothing wrong kept. */
import { z } from 'zod';

/** What is read of `astra run --json`. */
export const RunDocument = z.object({
  run: z.string(),
  status: z.string(),
  note: z.string(),
  elapsedSeconds: z.number(),
  counts: z.object({ question: z.record(z.string(), z.number()), instance: z.record(z.string(), z.number()) }),
  spend: z.object({ calls: z.number(), promptTokens: z.number(), completionTokens: z.number() }),
});
export type RunDocument = z.infer<typeof RunDocument>;

/** What is read of `astra audit --json`. */
export const AuditDocument = z.object({
  environments: z.object({ replayed: z.number() }),
  findings: z.array(z.object({ part: z.string(), id: z.string(), detail: z.string() })),
});
export type AuditDocument = z.infer<typeof AuditDocument>;

/** What is read of `astra verify environments --json`; null when there was none to verify. */
export const VerifyDocument = z.object({
  accepted: z.number(),
  rejected: z.number(),
  rows: z.array(z.object({ id: z.string(), accepted: z.boolean() })),
});
export type VerifyDocument = z.infer<typeof VerifyDocument>;

export interface Harvest {
  readonly report: RunDocument;
  readonly audit: AuditDocument;
  readonly verify: VerifyDocument | null;
}

/**
 * The only failure that such a run may bring forth: a prompt that does not fit the context. It is a property of the item,
 * so it may not be repeated, and it may not be hidden as a rejection either.
 */
const expectedFailure = 'failed:Provider.ContextTooLong';

/** What is wrong with a run, in words; empty when nothing is. */
export function findings({ report, audit, verify }: Harvest): string[] {
  const { status, note, counts } = report;
  return [
    ...(status === 'completed' ? [] : [`the run ended as ${status}: ${note}`]),
    ...Object.entries(counts).flatMap(([kind, outcomes]) =>
      Object.entries(outcomes).flatMap(([key, count]) => outcomeFinding(key).map((why) => `${count} ${kind}s: ${why}`)),
    ),
    ...audit.findings.map(({ part, id, detail }) => `audit, ${part}: ${id}: ${detail}`),
    ...(verify?.rows ?? []).flatMap(({ id, accepted }) =>
      accepted ? [] : [`environment ${id} was emitted and is refused when it is verified again`],
    ),
    ...((verify?.rows.length ?? 0) === audit.environments.replayed ? [] : ['not every environment was verified again']),
  ];
}

function outcomeFinding(key: string): string[] {
  const [status, reason = ''] = key.split(/:(.*)/s);
  if (status === 'ok' || key === expectedFailure) return [];
  if (status === 'open') return ['never ended'];
  if (status === 'failed') return [`failed as ${reason}: a model's answer is never a reason to fail`];
  return reason === '' || reason === 'unknown' ? [`${status} without the name of a rule`] : [];
}
