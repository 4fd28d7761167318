/** Which requests were paid more than once, and whether a kill excuses it: only a call in flight may be lost. */
import type { Part } from './moments.ts';
import type { RecordedCall } from './store.ts';
import type { Exchange } from './teacher-log.ts';

export interface KillMoment {
  readonly part: Part;
  /** Milliseconds of the epoch. */
  readonly at: number;
}

export interface Repeat {
  readonly hash: string;
  readonly prompt: string;
  /** Of the request that was lost, and of the one that came instead. */
  readonly askedAt: number;
  readonly askedAgainAt: number;
  /** What was killed while the first was in flight; null: nothing was, and the repeat is a defect. */
  readonly kill: KillMoment | null;
  /** The answer was on record before it was asked for again: always a defect. */
  readonly afterRecord: boolean;
}

export interface RequestCheck {
  /** Requests at the endpoint, without the gate's probes. */
  readonly requests: number;
  readonly probes: number;
  /** How many request hashes were seen once, twice, and so on. */
  readonly timesSeen: Readonly<Record<number, number>>;
  readonly repeats: readonly Repeat[];
  /** Hashes that were asked and are not on record. */
  readonly unrecorded: readonly string[];
  /** Hashes on record that nobody asked. */
  readonly unasked: readonly string[];
}

export interface RequestEvidence {
  readonly exchanges: readonly Exchange[];
  readonly calls: readonly RecordedCall[];
  readonly kills: readonly KillMoment[];
  /** How long the teacher takes for an answer. */
  readonly latencyMs: number;
}

/**
 * A request is in flight from its claim until its record. The log sees only its arrival and its answer, so the time is
 * taken a little longer at both ends: on a busy machine a record follows its answer by that much.
 */
const slackMs = { before: 1_000, after: 2_000 };

/** The prompt of a request that is no call of a run: the gate asks whether the endpoint serves. */
const probePrompt = 'other';

export function checkRequests(evidence: RequestEvidence): RequestCheck {
  const asked = evidence.exchanges.filter(({ prompt }) => prompt !== probePrompt);
  const byHash = Map.groupBy(asked, ({ hash }) => hash);
  const recordedAt = new Map(evidence.calls.map(({ hash, at }) => [hash, at]));
  const timesSeen: Record<number, number> = {};
  for (const { length } of byHash.values()) timesSeen[length] = (timesSeen[length] ?? 0) + 1;
  return {
    requests: asked.length,
    probes: evidence.exchanges.length - asked.length,
    timesSeen,
    repeats: [...byHash.values()].flatMap((same) => repeatsOf(same, recordedAt, evidence)),
    unrecorded: [...byHash.keys()].filter((hash) => !recordedAt.has(hash)),
    unasked: [...recordedAt.keys()].filter((hash) => !byHash.has(hash)),
  };
}

function repeatsOf(
  same: readonly Exchange[],
  recordedAt: ReadonlyMap<string, number>,
  { kills, latencyMs }: RequestEvidence,
): Repeat[] {
  return same.slice(1).map((again, index) => {
    const lost = same[index] ?? again;
    const from = lost.askedAt - slackMs.before;
    const until = (lost.answeredAt ?? lost.askedAt + latencyMs) + slackMs.after;
    const kill = kills.find(({ at }) => at >= from && at <= until) ?? null;
    const afterRecord = again.askedAt > (recordedAt.get(again.hash) ?? Number.POSITIVE_INFINITY);
    return {
      hash: again.hash,
      prompt: again.prompt,
      askedAt: lost.askedAt,
      askedAgainAt: again.askedAt,
      kill,
      afterRecord,
    };
  });
}
