/**
 * An environment with state that a policy is at work in (ours; method §10.1): a fresh episode of its module, calls one
 * after the other, STATE read at the end. The first call opens the episode, so that one without calls costs nothing.
 */
import type { ObservedCall } from '../../domain/environment/call-outcome.ts';
import type { Episode, Sandbox } from '../sandbox/contract.ts';
import { notInfra } from './inspect.ts';
import type { LiveEpisode, OpenLive } from './live-contract.ts';
import { firstRun } from './run-acceptance.ts';
import { loadStateful, readState, type StatefulModule, stateHash } from './run-sequence.ts';

/** Stands for the calls after one that did not come to its end: the episode is over. */
const notReached: ObservedCall = {
  status: 'not_made',
  error: { type: 'NotMade', message: 'a call before it did not come to its end' },
  stdout: '',
  loadStdout: '',
};

/** Modules that are kept loaded. */
const mostLoaded = 200;

/** Opens episodes; each module is loaded once. */
export function createOpenLive(sandbox: Sandbox): OpenLive {
  const loaded = new Map<string, Promise<StatefulModule>>();
  const load = (code: string): Promise<StatefulModule> => {
    const known = loaded.get(code);
    if (known !== undefined) return known;
    if (loaded.size >= mostLoaded) loaded.clear();
    const loading = loadStateful(sandbox, code);
    loaded.set(code, loading);
    // A sandbox that is gone for a moment must not be gone for this module for ever.
    loading.catch(() => loaded.delete(code));
    return loading;
  };
  return (environment) => liveEpisode(environment, load);
}

function liveEpisode({ code }: Parameters<OpenLive>[0], load: (code: string) => Promise<StatefulModule>): LiveEpisode {
  let opened: Promise<Episode> | undefined;
  let stuck = false;
  const stateHashes: string[] = [];
  const open = async (): Promise<Episode> => {
    const { sandbox, env } = await load(code);
    const episode = await sandbox.open(env, firstRun);
    stateHashes.push(await stateHash(episode));
    return episode;
  };
  const at = (): Promise<Episode> => (opened ??= open());
  return {
    async call(name, args) {
      if (stuck) return notReached;
      const episode = await at();
      const run = notInfra(await episode.call(name, args));
      stateHashes.push(await stateHash(episode, stateHashes.at(-1)));
      stuck = run.status === 'timeout' || run.status === 'memory';
      return run;
    },
    async look() {
      const { state, unreadable } = await readState(await at());
      return { stateHashes: [...stateHashes], finalState: state, unreadable: unreadable ?? null };
    },
    close() {
      opened?.then((episode) => episode.close()).catch(() => undefined); // one that never opened holds nothing
    },
  };
}
