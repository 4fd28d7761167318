/** What a crash may cost, as promises that a drill keeps or breaks. */
import type { Kill } from './disturb.ts';
import { allOf, differing, type Kept, kept, wrong } from './kept.ts';
import type { Harvest } from './one-run.ts';
import { checkRequests, type RequestCheck } from './requests.ts';
import { ofTheTraining } from './training-promises.ts';

export interface Evidence {
  readonly undisturbed: Harvest;
  readonly disturbed: Harvest;
  readonly kills: readonly Kill[];
  readonly planned: number;
  readonly latencyMs: number;
  /** Steps of reinforcement that the configuration asks for; 0: none. */
  readonly steps: number;
  /** The configuration trains a policy. */
  readonly trains: boolean;
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
  const asks = [undisturbed, disturbed].some(({ calls, exchanges }) => calls.length + exchanges.length > 0);
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
    ...(asks ? [...ofTheRequests('undisturbed', calm), ...ofTheRequests('disturbed', struck)] : []),
    ...(evidence.trains ? ofTheTraining(evidence) : []),
  ];
  return { promises, requests: { undisturbed: calm, disturbed: struck }, files };
}

function ofTheRuns({ undisturbed, disturbed, kills, planned }: Evidence): readonly Kept[] {
  const missed = planned - kills.length;
  const outcomes = outcomesOf(undisturbed);
  const found = outcomesOf(disturbed);
  const open = [...Object.entries(outcomes), ...Object.entries(found)].filter(([, outcome]) => outcome === 'open');
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
    allOf('items end alike', undisturbed.items.length, differing(outcomes, found)),
    allOf(
      'no item stays open',
      disturbed.items.length,
      open.map(([id]) => id),
    ),
    kept(
      'the same calls are recorded',
      calls[0] === calls[1] && sameCalls(undisturbed, disturbed),
      calls.join(' and '),
    ),
    allOf('the audit finds nothing', 2, [...undisturbed.findings, ...disturbed.findings]),
  ];
}

function outcomesOf({ items }: Harvest): Readonly<Record<string, string>> {
  return Object.fromEntries(items.map(({ kind, id, outcome }) => [`${kind} ${id}`, outcome]));
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
