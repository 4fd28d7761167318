/**
 * Sequences of calls in episodes (ours): what each call gave, the hash of STATE after it, and STATE itself at the end.
 * Episodes tell the hash of STATE only; two functions that are appended to the module read the rest. What the reader
 * returns is believed only when it has the hash that the sandbox itself took.
 */
import type { ObservedCall } from '../../domain/environment/call-outcome.ts';
import { resultOf } from '../../domain/environment/call-outcome.ts';
import type { InvalidArguments } from '../../domain/environment/invalid-arguments.ts';
import type { ToolCall } from '../../domain/environment/schema.ts';
import type { Json } from '../../domain/json.ts';
import { type RefusalProbe, type SequenceRun, stuckCall } from '../../domain/stateful/candidate.ts';
import { resolveArguments } from '../../domain/stateful/references.ts';
import type { CallOptions, EnvRef, Episode, Sandbox } from '../sandbox/contract.ts';
import { notInfra } from './inspect.ts';

const readers = `

def astra_read_state():
    return STATE


def astra_read_rest():
    kinds = (dict, list, set, tuple, str, bytearray, int, float)
    return {name: repr(value) for name, value in globals().items()
            if name != "STATE" and not name.startswith("__") and isinstance(value, kinds)}
`;

/** A module that episodes can be opened on, with its readers. */
export interface StatefulModule {
  readonly sandbox: Sandbox;
  readonly env: EnvRef;
}

/** Loads a module for sequences; one that does not compile fails in every call. */
export async function loadStateful(sandbox: Sandbox, code: string): Promise<StatefulModule> {
  return { sandbox, env: await sandbox.load(`${code}${readers}`) };
}

export interface Sequence {
  /** Arguments of a gold plan may refer to earlier results of the same sequence. */
  readonly calls: readonly ToolCall[];
  readonly options: CallOptions;
  /** Which of the calls can be made at all; default: all. */
  readonly makeable?: readonly boolean[];
}

/** What stands in the place of a call that nobody could make. */
const notMade: ObservedCall = {
  status: 'not_made',
  error: { type: 'NotMade', message: 'no result told its arguments' },
  stdout: '',
  loadStdout: '',
};

/** Runs a sequence from the first state; throws SandboxError (Infra) when the sandbox fails. */
export async function runSequence(target: StatefulModule, sequence: Sequence): Promise<SequenceRun> {
  const { calls, options, makeable } = sequence;
  return inEpisode(target, options, async (episode) => {
    const first = await stateHash(episode);
    const made: ToolCall[] = [];
    const results: ObservedCall[] = [];
    const stateHashes = [first];
    for (const [at, call] of calls.entries()) {
      if (makeable?.[at] === false) {
        made.push(call);
        results.push(notMade);
        stateHashes.push(stateHashes.at(-1) ?? first);
        continue;
      }
      const args = resolveArguments(call.arguments, values(results));
      if (!args.ok) return { calls: made, results, stateHashes, ...(await readState(episode)), missing: args.missing };
      made.push({ name: call.name, arguments: args.value as ToolCall['arguments'] }); // JSON stays JSON
      results.push(notInfra(await episode.call(call.name, args.value)));
      stateHashes.push(await stateHash(episode, stateHashes.at(-1)));
      // One that does not come to its end takes seconds; nothing after it is worth more of them.
      if (stuckCall({ calls: made, results, stateHashes, state: null, otherData: '' }) !== undefined) break;
    }
    return { calls: made, results, stateHashes, ...(await readState(episode)) };
  });
}

/** Wrong calls in the place of one call of a sequence; `choose` picks them by the state before it. */
export async function probeRefusals(
  target: StatefulModule,
  { calls, options }: Sequence,
  place: { readonly at: number; choose(before: Json): readonly InvalidArguments[] },
): Promise<RefusalProbe[]> {
  const { at, choose } = place;
  const log = calls.slice(0, at).map((call) => ({ fn: call.name, args: call.arguments as Json }));
  return inEpisode(target, { ...options, log }, async (episode) => {
    const { state } = await readState(episode);
    const before = await stateHash(episode);
    const probes: RefusalProbe[] = [];
    for (const probe of choose(state)) {
      const run = notInfra(await episode.call(calls[at]?.name ?? '', probe.args));
      const changed = (await stateHash(episode, before)) !== before;
      probes.push({ call: at, probe, run, changed });
      // The state that the others are to be tried in is gone, or each of them may take as long.
      if (changed || run.status === 'timeout') break;
    }
    return probes;
  });
}

async function inEpisode<T>(
  { sandbox, env }: StatefulModule,
  options: Parameters<Sandbox['open']>[1],
  work: (episode: Episode) => Promise<T>,
): Promise<T> {
  const episode = await sandbox.open(env, options);
  try {
    return await work(episode);
  } finally {
    episode.close();
  }
}

/** Hash of STATE as the sandbox took it with the last call; without any call the reader makes one. */
export async function stateHash(episode: Episode, otherwise = ''): Promise<string> {
  if (otherwise === '') notInfra(await episode.call('astra_read_state', {}));
  // With an entry in the log nothing is run to answer this.
  const { log } = await logOf(episode);
  return log.at(-1)?.stateHash ?? otherwise;
}

/** The log; empty when there is none because STATE could not be kept from the start. */
async function logOf(episode: Episode): Promise<Pick<Awaited<ReturnType<Episode['state']>>, 'log'>> {
  return episode.state().catch(() => ({ log: [] }));
}

/** STATE and everything beside it, or why it cannot be read; leaves STATE as it is. */
export async function readState(episode: Episode): Promise<Pick<SequenceRun, 'state' | 'otherData' | 'unreadable'>> {
  const read = notInfra(await episode.call('astra_read_state', {}));
  if (read.status !== 'ok') return unreadable(`${read.error.type}: ${read.error.message}`);
  const entry = (await logOf(episode)).log.at(-1);
  if (entry?.resultHash !== entry?.stateHash) return unreadable('what the module shows as STATE is not its STATE');
  const rest = notInfra(await episode.call('astra_read_rest', {}));
  if (rest.status !== 'ok') return unreadable(`${rest.error.type}: ${rest.error.message}`);
  return { state: read.value, otherData: rest.canonical };
}

function unreadable(why: string): Pick<SequenceRun, 'state' | 'otherData' | 'unreadable'> {
  return { state: null, otherData: '', unreadable: why };
}

function values(results: readonly ObservedCall[]): Json[] {
  return results.map((run) => resultOf(run) ?? null);
}
