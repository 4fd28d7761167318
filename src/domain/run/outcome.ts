/**
 * What became of an item (method §1.4): a result, a rejection by a named rule, a failure by class, or quarantine by a judge.
 * There is no fifth arm and no default.
 */
export type Outcome =
  | { readonly status: 'ok' }
  | { readonly status: 'rejected'; readonly rule: string; readonly detail: string }
  | { readonly status: 'failed'; readonly class: string; readonly detail: string }
  | { readonly status: 'quarantined'; readonly judge: string; readonly detail: string };

/** Number of items per status, and per rule, class or judge below it ("rejected:leak": 3). */
export type OutcomeCounts = { readonly [key: string]: number };

/** The key an outcome is counted under: "ok", "rejected:<rule>", "failed:<class>", "quarantined:<judge>". */
export function outcomeKey(outcome: Outcome): string {
  switch (outcome.status) {
    case 'ok':
      return 'ok';
    case 'rejected':
      return `rejected:${outcome.rule}`;
    case 'failed':
      return `failed:${outcome.class}`;
    case 'quarantined':
      return `quarantined:${outcome.judge}`;
  }
}

/** Share of ended items that failed by class (not: were rejected or quarantined); 0 when none ended. */
export function failedShare(counts: OutcomeCounts): number {
  let [ended, failed] = [0, 0];
  for (const [key, count] of Object.entries(counts)) {
    if (key === 'open') continue;
    ended += count;
    if (key.startsWith('failed:')) failed += count;
  }
  return ended === 0 ? 0 : failed / ended;
}

/** Both counts together, key by key. */
export function addCounts(some: OutcomeCounts, more: OutcomeCounts): OutcomeCounts {
  const keys = [...new Set([...Object.keys(some), ...Object.keys(more)])];
  return Object.fromEntries(keys.map((key) => [key, (some[key] ?? 0) + (more[key] ?? 0)]));
}
