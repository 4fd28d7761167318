/** What a drill found, for people and for programs. */
import type { Begun } from './begun-again.ts';
import type { Kill } from './disturb.ts';
import { parts } from './moments.ts';
import type { RequestCheck } from './requests.ts';
import type { DrillResult } from './run-drill.ts';
import type { Training } from './training.ts';

/** The result as one JSON document, without the raw requests and calls. */
export function drillDocument(result: DrillResult): object {
  const { ok, seed, promises, files, kills, requests, undisturbed, disturbed } = result;
  const run = (harvest: DrillResult['disturbed'], check: RequestCheck): object => {
    const { seconds, status, records, calls, items, begun, training } = harvest;
    const trained = training === undefined ? {} : { training: trainingDocument(training) };
    return { seconds, status, records, calls: calls.length, items: items.length, begun, ...trained, ...check };
  };
  return {
    ok,
    seed,
    promises,
    files,
    undisturbed: run(undisturbed, requests.undisturbed),
    disturbed: run(disturbed, requests.disturbed),
    kills: Object.fromEntries(parts.map((part) => [part, kills.filter((kill) => kill.part === part)])),
  };
}

function trainingDocument({ last, steps, groups, jobs, checkpoints, evaluations, files }: Training): object {
  const counts = [groups, checkpoints, evaluations, files].map((named) => Object.keys(named).length);
  const [groupCount, checkpointCount, evaluationCount, fileCount] = counts;
  return {
    last,
    steps: steps.length,
    groups: groupCount,
    jobs: jobs.length,
    checkpoints: checkpointCount,
    evaluations: evaluationCount,
    files: fileCount,
  };
}

/** The result as a table. */
export function drillText(result: DrillResult): string {
  const { ok, seed, promises, files, kills, undisturbed, disturbed } = result;
  const { requests } = result;
  const rows: readonly (readonly [string, string, string])[] = [
    ['', 'undisturbed', 'disturbed'],
    ['seconds', undisturbed.seconds.toFixed(0), disturbed.seconds.toFixed(0)],
    ['records', String(undisturbed.records), String(disturbed.records)],
    ['items', String(undisturbed.items.length), String(disturbed.items.length)],
    ['calls recorded', String(undisturbed.calls.length), String(disturbed.calls.length)],
    ['requests at the teacher', String(requests.undisturbed.requests), String(requests.disturbed.requests)],
    ['seen once, twice, …', timesSeen(requests.undisturbed), timesSeen(requests.disturbed)],
    ['probes of closed queues', String(requests.undisturbed.probes), String(requests.disturbed.probes)],
  ];
  return [
    `drill, seed ${seed}`,
    ...rows.map(([name, calm, struck]) => `${name.padEnd(26)}${calm.padStart(14)}${struck.padStart(14)}`),
    '',
    `${'killed'.padEnd(12)}times  back after s (median, longest)  requests lost`,
    ...parts
      .filter((part) => kills.some((kill) => kill.part === part))
      .map((part) =>
        killLine(
          part,
          kills.filter((kill) => kill.part === part),
          requests.disturbed,
        ),
      ),
    `while the run was in ${phasesOf(kills)}`,
    `begun again: ${begunText(disturbed.begun)}; undisturbed: ${begunText(undisturbed.begun)}`,
    '',
    ...files.map(({ name, same }) => `${same ? 'same bytes  ' : 'DIFFERENT   '}${name}`),
    '',
    ...promises.map(({ promise, kept, found }) => `${kept ? 'kept    ' : 'BROKEN  '}${promise}: ${found}`),
    '',
    ok ? 'a crash cost at most what was in flight' : 'the drill found promises that do not hold',
  ].join('\n');
}

function killLine(part: string, kills: readonly Kill[], { repeats }: RequestCheck): string {
  const seconds = kills.map(({ recoverySeconds }) => recoverySeconds).toSorted((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)];
  const times = median === undefined ? '-' : `${median.toFixed(1)}, ${(seconds.at(-1) ?? median).toFixed(1)}`;
  const lost = repeats.filter(({ kill }) => kill?.part === part).length;
  return `${part.padEnd(12)}${String(kills.length).padEnd(7)}${times.padEnd(33)}${lost}`;
}

function begunText(begun: Readonly<Record<string, Begun>>): string {
  const some = Object.entries(begun).filter(([, { again }]) => again > 0);
  return some.map(([name, { again, calls }]) => `${again} of ${calls} ${name}`).join(', ') || 'nothing';
}

function phasesOf(kills: readonly Kill[]): string {
  const phases = Map.groupBy(kills, ({ phase }) => phase);
  return [...phases].map(([phase, { length }]) => `${phase} ${length}`).join(', ') || 'no phase';
}

function timesSeen({ timesSeen: counts }: RequestCheck): string {
  const most = Math.max(0, ...Object.keys(counts).map(Number));
  return Array.from({ length: most }, (_, index) => counts[index + 1] ?? 0).join(', ');
}
