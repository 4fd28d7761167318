/** What a crash may cost, as promises that a drill keeps or breaks. */
import type { Kill } from './disturb.ts';
import type { Harvest } from './one-run.ts';
import { checkRequests, type RequestCheck } from './requests.ts';

export interface Kept {
  readonly promise: string;
  readonly kept: boolean;
  /** What was found, in a few words; more when it was not as promised. */
  readonly found: string;
}

export interface Evidence {
  readonly undisturbed: Harvest;
  readonly disturbed: Harvest;
  readonly kills: readonly Kill[];
  readonly planned: number;
  readonly latencyMs: number;
}

export interface Judgement {
  readonly promises: readonly Kept[];
  readonly requests: { readonly undisturbed: RequestCheck; readonly disturbed: RequestCheck };
  readonly files: readonly { readonly name: string; readonly same: boolean }[];
}

export function judge(evidence: Evidence): Judgement {
  const { undisturbed, disturbed, kills, latencyMs } = evidence;
  const calm = checkRequests({ ...undisturbed, kills: [], latencyMs });
  const struck = checkRequests({ ...disturbed, kills, latencyMs });
  const names = [...new Set([...Object.keys(undisturbed.files), ...Object.keys(disturbed.files)])];
  const files = names.map((name) => ({ name, same: undisturbed.files[name] === disturbed.files[name] }));
  const promises = [
    ...ofTheRuns(evidence),
    allOf(
      'same bytes',
      files.length,
      wrong(
        files,
        ({ same }) => !same,
        ({ name }) => name,
      ),
    ),
    ...ofTheRequests('undisturbed', calm),
    ...ofTheRequests('disturbed', struck),
  ];
  return { promises, requests: { undisturbed: calm, disturbed: struck }, files };
}

function ofTheRuns({ undisturbed, disturbed, kills, planned }: Evidence): readonly Kept[] {
  const missed = planned - kills.length;
  const outcomes = new Map(undisturbed.items.map((item) => [`${item.kind} ${item.id}`, item.outcome]));
  const found = new Map(disturbed.items.map((item) => [`${item.kind} ${item.id}`, item.outcome]));
  const differing = [...new Set([...outcomes.keys(), ...found.keys()])].filter(
    (id) => outcomes.get(id) !== found.get(id),
  );
  const open = [...outcomes, ...found].filter(([, outcome]) => outcome === 'open').map(([id]) => id);
  const calls = [undisturbed.calls.length, disturbed.calls.length];
  return [
    kept(
      'both runs complete',
      [undisturbed, disturbed].every(({ status }) => status === 'completed'),
      `${undisturbed.status}, ${disturbed.status}`,
    ),
    kept(
      'every kill hits the run',
      missed === 0,
      missed === 0 ? `${planned}` : `${missed} of ${planned} came after its end: take a larger configuration`,
    ),
    allOf('items end alike', outcomes.size, differing),
    allOf('no item stays open', found.size, open),
    kept(
      'the same calls are recorded',
      calls[0] === calls[1] && sameCalls(undisturbed, disturbed),
      calls.join(' and '),
    ),
    allOf('the audit finds nothing', 2, [...undisturbed.findings, ...disturbed.findings]),
  ];
}

function sameCalls(one: Harvest, other: Harvest): boolean {
  const hashes = new Set(one.calls.map(({ hash }) => hash));
  return other.calls.every(({ hash }) => hashes.has(hash));
}

function ofTheRequests(run: string, check: RequestCheck): readonly Kept[] {
  const { repeats, unrecorded, unasked, requests } = check;
  const inFlight = repeats.length - repeats.filter(({ kill }) => kill === null).length;
  return [
    allOf(`${run}: every request is on record`, requests, [...unrecorded, ...unasked]),
    allOf(
      `${run}: no recorded answer is asked for again`,
      requests,
      wrong(
        repeats,
        ({ afterRecord }) => afterRecord,
        ({ hash }) => hash,
      ),
    ),
    allOf(
      `${run}: repeats were in flight at a kill`,
      inFlight,
      wrong(
        repeats,
        ({ kill }) => kill === null,
        ({ hash }) => hash,
      ),
    ),
  ];
}

const kept = (promise: string, isKept: boolean, found: string): Kept => ({ promise, kept: isKept, found });

const allOf = (promise: string, count: number, exceptions: readonly string[]): Kept =>
  kept(
    promise,
    exceptions.length === 0,
    exceptions.length === 0 ? `${count}` : `${exceptions.length} not: ${exceptions.slice(0, 5).join('; ')}`,
  );

function wrong<T>(all: readonly T[], isWrong: (one: T) => boolean, nameOf: (one: T) => string): readonly string[] {
  return all.filter(isWrong).map(nameOf);
}
