/**
 * The contracts implemented by hand, in memory: what workflows see of the world, with every call recorded.
 * A test replaces single functions; nothing here decides more than "it worked".
 */
import type { GateActivities, ProbeActivities } from '../../src/activities/gate/contract.ts';
import type { AskRequest, LlmActivities } from '../../src/activities/llm/contract.ts';
import type { McpActivities } from '../../src/activities/mcp/contract.ts';
import type { ProofActivities, ProvenRefs, StatefulProofActivities } from '../../src/activities/proof/contract.ts';
import type { ChainStoreActivities } from '../../src/activities/store/chain-contract.ts';
import type { ClaimedItem, RunSettings, StoreActivities, StoredKind } from '../../src/activities/store/contract.ts';
import type { TaskStoreActivities } from '../../src/activities/store/task-contract.ts';
import type { TrainerActivities } from '../../src/activities/trainer/contract.ts';
import type { BlobHash, CallKey, EnvironmentId, InstanceId, RunId, ToolId } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { fakeChainStore, fakeTools } from './fake-chains.ts';
import { type FakeEpisodes, fakeEpisodes } from './fake-episodes.ts';
import { fakeTaskStore } from './fake-tasks.ts';

export interface FakeWorld {
  /** Every activity call as "name detail", in order of arrival. */
  readonly log: string[];
  readonly asked: AskRequest[];
  settings: RunSettings;
  questions: ClaimedItem[];
  instances: ClaimedItem[];
  scenarios: ClaimedItem[];
  servers: ClaimedItem[];
  graphs: ClaimedItem[];
  chains: ClaimedItem[];
  tasks: ClaimedItem[];
  variants: ClaimedItem[];
  /** Played by the fakes of episodes. */
  played: ClaimedItem[];
  episodes: FakeEpisodes;
  readonly closed: Map<string, string>;
  store: StoreActivities;
  chainStore: ChainStoreActivities;
  taskStore: TaskStoreActivities;
  tools: McpActivities;
  llm: LlmActivities;
  proof: ProofActivities & StatefulProofActivities;
  gate: GateActivities;
  probe: ProbeActivities;
  /** Absent: nobody serves the trainer's queue. */
  trainer?: TrainerActivities;
}

export const blob = (name: string): BlobHash => name.padEnd(64, '0') as BlobHash;

export function claimed(id: string, ordinal: number, toolNodes: readonly number[] = []): ClaimedItem {
  return { id, ordinal, body: blob(id), round: 0, imported: false, toolNodes };
}

export function settings(run: string): RunSettings {
  return {
    runId: run as RunId,
    configHash: 'c0ffee',
    partitions: 1,
    window: 4,
    failureBudget: 0.2,
    attempts: { reask: 2, inner: 2, outer: 2, merge: 2 },
    merge: true,
    dropFailedNodes: false,
    stopAfter: 'environments',
    gates: [],
    stages: { environments: true, trajectories: false },
    chains: null,
    trajectories: null,
  };
}

const summaries: Record<string, JsonObject> = {
  'decomposition/necessity': { legal: true },
  'trajectory/chain-dependency': { valid: true },
  'trajectory/chain-vote': { valid: true },
  'trajectory/chain-query': { valid: true },
  'environment/intent-clusters': { clusters: [{ intent: 'both alike', ids: [1, 2] }] },
};

/** A world with two questions of one instance each; each instance needs two tools. */
export function fakeWorld(run: string): FakeWorld {
  const log: string[] = [];
  const asked: AskRequest[] = [];
  const closed = new Map<string, string>();
  const note = (text: string): void => void log.push(text);
  const world: FakeWorld = {
    log,
    asked,
    closed,
    settings: settings(run),
    questions: [claimed('q0', 0), claimed('q1', 1)],
    instances: [claimed('i0', 0, [1, 2]), claimed('i1', 1, [1, 2])],
    scenarios: [],
    servers: [claimed('server0', 0), { ...claimed('server1', 1), imported: true }],
    graphs: [claimed('g0', 0), { ...claimed('g1', 1), imported: true }],
    chains: [{ ...claimed('c0', 0), server: blob('pool server') }],
    tasks: [],
    variants: [],
    played: [{ ...claimed('e0', 0), server: blob('pool server') }],
    episodes: fakeEpisodes(() => world, note),
    store: fakeStore(() => world, note),
    chainStore: fakeChainStore(() => world, note),
    taskStore: fakeTaskStore(() => world, note),
    tools: fakeTools(note),
    llm: {
      ask(request) {
        asked.push(request);
        note(`ask ${request.prompt} ${request.subject} #${request.sample}`);
        const call = `call-${asked.length}` as CallKey;
        const summary = summaries[request.prompt] ?? {};
        return Promise.resolve({ status: 'answered', call, reply: blob(request.prompt), summary, cached: false });
      },
    },
    proof: fakeProof(() => world, note),
    gate: {
      closeQueue: ({ queue }) => Promise.resolve(note(`close ${queue}`)),
      openQueue: ({ queue, ratePerSecond }) => Promise.resolve(note(`open ${queue} ${ratePerSecond}`)),
    },
    probe: { probe: ({ queue }) => Promise.resolve((note(`probe ${queue}`), { healthy: true, reason: '' })) },
  };
  return world;
}

function fakeStore(world: () => FakeWorld, note: (text: string) => void): StoreActivities {
  return {
    openRun: () => Promise.resolve((note('openRun'), world().settings)),
    planEnvironments: () =>
      Promise.resolve(
        (note('plan'), { questions: world().questions.length, scenarios: world().scenarios.length, rejected: 0 }),
      ),
    claimItems({ kind, after, limit, partition, partitions }) {
      const all = itemsOf(world(), kind);
      const mine = all.filter((item) => item.ordinal > after && item.ordinal % partitions === partition);
      return Promise.resolve({ items: mine.filter((item) => !world().closed.has(item.id)).slice(0, limit) });
    },
    recordDecompositions({ questionId }) {
      note(`recordDecompositions ${questionId}`);
      const id = questionId.replace('q', 'i') as InstanceId;
      world().closed.set(questionId, 'ok');
      return Promise.resolve({ instances: [{ id, body: blob(id), dependent: [2] }], rejected: 0 });
    },
    recordScores({ instanceId, unresolved }) {
      note(`recordScores ${instanceId} unresolved=${unresolved.length}`);
      return Promise.resolve({ outcome: { status: 'ok' }, score: 1, toolNodes: [1, 2] });
    },
    selectInstances: () => Promise.resolve((note('select'), { scored: 2, selected: 2, threshold: 1 })),
    closeItem({ id, outcome }) {
      note(`close ${id} ${outcome.status}`);
      world().closed.set(id, outcome.status === 'rejected' ? `rejected:${outcome.rule}` : outcome.status);
      return Promise.resolve();
    },
    setPhase: ({ phase, status }) => Promise.resolve(note(`phase ${phase} ${status}`)),
    applyCorrection: () => Promise.resolve((note('applyCorrection'), { reopened: 0 })),
    countItems({ kind }) {
      const counts: Record<string, number> = {};
      const all = itemsOf(world(), kind);
      for (const item of all) {
        const status = world().closed.get(item.id) ?? 'open';
        const key = status === 'failed' ? 'failed:Some.Class' : status;
        counts[key] = (counts[key] ?? 0) + 1;
      }
      return Promise.resolve(counts);
    },
  };
}

function itemsOf(world: FakeWorld, kind: StoredKind): readonly ClaimedItem[] {
  const { questions, instances, scenarios, servers, graphs, chains } = world;
  const lists = { question: questions, instance: instances, scenario: scenarios };
  return {
    ...lists,
    server: servers,
    graph: graphs,
    chain: chains,
    task: world.tasks,
    variant: world.variants,
    episode: world.played,
  }[kind];
}

function fakeProof(world: () => FakeWorld, note: (text: string) => void): FakeWorld['proof'] {
  const proven = (nodes: readonly number[]): ProvenRefs => ({
    draft: null,
    document: blob('document'),
    call: blob('call'),
    code: blob('code'),
    toolId: `tool-${nodes.join('+')}` as ToolId,
    tool: blob(`tool-${nodes.join('+')}`),
    nodes,
  });
  return {
    proveTool({ instanceId, nodeId }) {
      note(`prove ${instanceId}/n${nodeId}`);
      return Promise.resolve({ status: 'accepted', proven: proven([nodeId]) });
    },
    uniteDocuments: () => Promise.resolve({ status: 'united', document: blob('united') }),
    proveMerge({ instanceId }) {
      note(`proveMerge ${instanceId}`);
      return Promise.resolve({ status: 'accepted', proven: proven([1, 2]) });
    },
    assembleEnvironment({ instanceId, tools, dropped }) {
      note(`assemble ${instanceId} tools=${tools.length} dropped=${dropped.length}`);
      world().closed.set(instanceId, 'ok');
      const id = instanceId.replace('i', 'environment-') as EnvironmentId;
      return Promise.resolve({ status: 'accepted', id, body: blob(id), replayHash: 'hash' });
    },
    importEnvironments: ({ after }) =>
      Promise.resolve((note(`import after ${after}`), { next: after === -1 ? 5 : null })),
    augmentEnvironments: ({ after, wanted }) => {
      note(`augment after ${after} wanted=${wanted}`);
      return Promise.resolve({ made: after === -1 ? 2 : 0, refused: {}, next: after === -1 ? 1 : null });
    },
    proveStateful({ scenarioId }) {
      note(`proveStateful ${scenarioId}`);
      const id = `environment-${scenarioId}` as EnvironmentId;
      return Promise.resolve({ status: 'accepted', id, body: blob(id) });
    },
  };
}
