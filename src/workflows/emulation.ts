/**
 * One call on a server of which only documents exist (method §5.3): the result's schema is inferred once and then stands,
 * the emulator proposes result and changes, and only what passes the rules becomes the next state.
 */
import type { BlobHash, RunId } from '../domain/ids.ts';
import { type Ask, createAsk } from './asking.ts';
import { emulationStore } from './resources.ts';

export interface EmulatedEpisode {
  readonly runId: RunId;
  readonly episode: string;
  /** Body of the episode item. */
  readonly plan: BlobHash;
  readonly server: BlobHash;
  /** Asks per prompt before a reply counts as missing. */
  readonly reask: number;
  /** The asker of the episode. */
  readonly ask: Ask;
}

export interface EmulatedCall {
  /** State after the call before this one; null before the first. */
  readonly state: BlobHash | null;
  /** A call whose arguments fit the tool's schema. */
  readonly request: BlobHash;
  /** Name of the tool. */
  readonly tool: string;
}

export type EmulatedAnswer =
  | {
      readonly status: 'ok' | 'error';
      readonly observation: BlobHash;
      readonly state: BlobHash;
    }
  | { readonly status: 'unusable'; readonly rule: string; readonly detail: string };

export type Emulator = (call: EmulatedCall) => Promise<EmulatedAnswer>;

/** The emulator of one episode; calls are made one after the other, each on the state that the one before it left. */
export function createEmulator(episode: EmulatedEpisode): Emulator {
  const { runId, server, reask } = episode;
  let opened: ReturnType<typeof emulationStore.openEmulation> | undefined;
  // Asked in the server's name, not the episode's: every episode meets the same recorded answer.
  const askOutput = createAsk({ runId, subject: server, round: 0 });
  const outputs = new Map<string, BlobHash>();
  return async ({ state, request, tool }) => {
    opened ??= emulationStore.openEmulation({ runId, episode: episode.episode, plan: episode.plan, server });
    const world = await opened;
    const known = world.declared.includes(tool) ? null : outputs.get(tool);
    let output = known ?? null;
    if (known === undefined) {
      const inferred = await askOutput({
        prompt: 'trajectory/tool-output',
        facts: { server },
        params: { tool },
        tries: reask,
      });
      if (inferred.status === 'unusable') return inferred;
      outputs.set(tool, inferred.reply);
      output = inferred.reply;
    }
    const before = state ?? world.state;
    const facts = { server, state: before, request, ...(output === null ? {} : { output }) };
    const answer = await episode.ask({ prompt: 'trajectory/emulate', facts, tries: reask });
    if (answer.status === 'unusable') return answer;
    const input = { runId, episode: episode.episode, server, state: before, request, output, reply: answer.reply };
    return emulationStore.applyEmulation(input);
  };
}
