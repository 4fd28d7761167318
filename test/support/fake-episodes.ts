/** Episodes by hand, in memory: the agent makes one call and answers, the judges are content, every call is noted. */
import type { ConverseActivities, ConverseOutcome } from '../../src/activities/llm/converse-contract.ts';
import type { ToolCallActivities } from '../../src/activities/mcp/contract.ts';
import type { TrajectorySettings } from '../../src/activities/store/contract.ts';
import type { EmulationStoreActivities } from '../../src/activities/store/emulation-contract.ts';
import type { EpisodeStoreActivities, OpenedEpisode } from '../../src/activities/store/episode-contract.ts';
import type { BlobHash } from '../../src/domain/ids.ts';
import type { FakeWorld } from './fake-activities.ts';

const blob = (name: string): BlobHash => name.padEnd(64, '0') as BlobHash;

export type FakeEpisodes = ConverseActivities & EpisodeStoreActivities & ToolCallActivities & EmulationStoreActivities;

export const trajectorySettings: TrajectorySettings = {
  stopAfter: 'trajectories',
  tasks: { augment: [], variations: 1, personasPerTask: 1, measureNecessity: false, reask: 2 },
  episodes: {
    maxCalls: 5,
    maxContextTokens: 10_000,
    attempts: 2,
    failures: { rate: 0, liveRate: 0, weights: {} },
    recordings: 'reuse',
    reask: 2,
  },
  judging: { repeatShare: 0, reask: 2 },
};

export const opened: OpenedEpisode = {
  conversation: blob('opened'),
  tools: blob('tools'),
  environment: 'live',
  state: 's0',
  hasUser: false,
  failures: { seed: 'seed', rate: 0, weights: {} },
  judges: 1,
};

/** A turn with calls of these tools. */
export function calling(conversation: string, ...tools: readonly string[]): ConverseOutcome {
  const calls = tools.map((name, at) => ({
    id: `${conversation}_${at + 1}`,
    name,
    request: blob(name),
    problem: null,
  }));
  return { status: 'said', conversation: blob(conversation), calls };
}

export function answering(conversation: string): ConverseOutcome {
  return { status: 'said', conversation: blob(conversation), calls: [] };
}

export function fakeEpisodes(world: () => FakeWorld, note: (text: string) => void): FakeEpisodes {
  let states = 0;
  return {
    openEpisode: ({ id, attempt }) => Promise.resolve((note(`open ${id} attempt=${attempt}`), opened)),
    converse({ subject, results, said, sample }) {
      const shown = results.map((result) => `${result.callId}:${result.kind}`).join(',');
      note(`converse ${subject} #${sample} [${shown}]${said === null ? '' : ' user'}`);
      return Promise.resolve(results.length === 0 ? calling('turn1', 'read_note') : answering('turn2'));
    },
    callTool({ episode, state, call }) {
      note(`call ${episode} ${call} at ${state}`);
      const answer = { observation: blob('seen'), status: 'ok', source: 'live', state: `s${++states}` } as const;
      return Promise.resolve(answer);
    },
    endEpisode: ({ episode }) => Promise.resolve(note(`end ${episode}`)),
    recordEpisode({ id, stopReason, attempt }) {
      note(`record ${id} ${stopReason} attempt=${attempt}`);
      const conversation = { subject: id, body: blob('trajectory'), hasCalls: true, steps: [] };
      return Promise.resolve({ status: 'admitted', episode: blob('episode'), conversation });
    },
    closeEpisode({ id, judges }) {
      note(`judged ${id} judges=${judges.length} lacking=${judges.flatMap(({ lacking }) => lacking).length}`);
      world().closed.set(id, 'ok');
      return Promise.resolve({ status: 'ok' });
    },
    selectTrajectories: () => Promise.resolve((note('select trajectories'), { judged: 1, selected: 1 })),
    openEmulation: () => Promise.resolve({ state: blob('world0'), declared: [] }),
    applyEmulation: ({ state }) => {
      note(`emulate at ${state.slice(0, 6)}`);
      return Promise.resolve({ observation: blob('seen'), status: 'ok', state: blob(`world${++states}`) });
    },
  };
}
