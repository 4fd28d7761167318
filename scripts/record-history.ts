/**
 * Records one history of every workflow type into test/replay/histories: a small run over a hand-made world, with a
 * gate, a pause, a re-ask, a merge and a partition that continues as new. Run it when a change of a workflow is meant to
 * break old histories, and say why in the commit.
 * Usage: sh scripts/bootstrap.sh scripts/record-history.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ApplicationFailure, type Client, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { trainingSettings } from '../src/activities/store/training-settings.ts';
import { RunConfig } from '../src/domain/run/schema.ts';
import { taskQueues } from '../src/domain/run/task-queues.ts';
import { finishedJobs, sometimes, trainingWorld } from '../test/activities/trainer/training-world.ts';
import { blob, claimed, type FakeWorld, fakeWorld } from '../test/support/fake-activities.ts';
import { opened, trajectorySettings } from '../test/support/fake-episodes.ts';
import { stopTestTemporal } from '../test/support/temporal.ts';
import { serveWorld } from '../test/support/workflow-run.ts';

const checkout = resolve(import.meta.dirname, '..');
const folder = join(checkout, 'test/replay/histories');
const run = 'recorded';

const world = fakeWorld(run);
// So many merge attempts that no history has room for them: the merge gets an execution of its own.
const attempts = { ...world.settings.attempts, merge: 1_000 };
const operators = ['dependency', 'vote', 'back_translation'] as const;
const chains = { samples: 2, operators, votes: 3, backTranslations: 1, reask: 2 };
const stages = { environments: true, trajectories: true };
world.settings = { ...world.settings, attempts, gates: ['selection'], stages, chains };
world.scenarios = [claimed('s0', 0)];
const learning = {
  sft: {},
  rl: { model: 'base', groups: 2, groupSize: 4, steps: 1, evaluateEvery: 1 },
  evaluation: {},
};
const training = trainingWorld(sometimes, learning, { sft: finishedJobs });
world.trainer = training.activities;
refuseFirstReplies(world);
refuseFirstScenario(world);

await serveWorld(world, async ({ client, start }) => {
  const pipeline = await start(run);
  while (!world.log.includes('phase selection awaiting_approval')) await pause(50);
  await pipeline.signal('pause');
  await pipeline.signal('resume');
  // The stage tells the store first and the run a little later.
  while ((await pipeline.query<{ waitingFor: string | null }>('status')).waitingFor !== 'selection') await pause(50);
  await pipeline.executeUpdate('approve', { args: ['selection'] });
  await pipeline.result();

  await closedGate(client);

  const partition = {
    run: world.settings,
    kind: 'question',
    partition: 0,
    after: -1,
    ended: 0,
    hold: { paused: false, no: 0 },
    historyBudget: 8,
  };
  world.closed.clear();
  const long = await client.workflow.start('itemPartition', {
    workflowId: 'astra/recorded/long',
    taskQueue: taskQueues.workflows,
    args: [partition],
  });
  await long.result();

  await save('pipeline', client.workflow.getHandle(`astra/${run}`));
  await save('environment-synthesis', client.workflow.getHandle(`astra/${run}/env`));
  await save('item-partition', client.workflow.getHandle(`astra/${run}/env/instance/p000`));
  await save('item-partition-continued', client.workflow.getHandle('astra/recorded/long', long.firstExecutionRunId));
  await save('chain-building', client.workflow.getHandle(`astra/${run}/graph`));
  await save('question-decomposition', client.workflow.getHandle(`astra/${run}/env/q/q0`));
  await save('environment', client.workflow.getHandle(`astra/${run}/env/i/i0`));
  await save('tool-environment', client.workflow.getHandle(`astra/${run}/env/i/i0/n1`));
  await save('stateful-environment', client.workflow.getHandle(`astra/${run}/env/s/s0`));
  await save('environment-merge', client.workflow.getHandle(`astra/${run}/env/i/i0/merge/n2`));
  await save('trajectory-judgement', await judgedPage(client));
  await save('task-construction', await constructedTasks(client));
  await save('trajectory-synthesis', await playedEpisodes(client));
  await save('trajectory', client.workflow.getHandle('astra/recorded/traj/i/e0'));
  await recordTraining(client);
  await save('llm-gate', client.workflow.getHandle('astra-gate/recorded'));
});
await stopTestTemporal();

/** A queue that is closed and opens again. */
async function closedGate(client: Client): Promise<void> {
  const { runId } = world.settings;
  const notice = {
    queue: 'astra-llm-judge',
    cause: 'Provider.Auth',
    reason: 'key refused',
    runId,
    role: 'judge',
    probeSeconds: 1,
  };
  const gate = await client.workflow.start('llmGate', {
    workflowId: 'astra-gate/recorded',
    taskQueue: taskQueues.workflows,
    args: [notice],
  });
  await gate.result();
}

/** A page of one conversation before two judges. */
async function judgedPage(client: Client): Promise<WorkflowHandle> {
  const conversation = { subject: 'trajectory-0', body: blob('trajectory-0'), hasCalls: true, steps: [4] };
  const judges = await client.workflow.start('trajectoryJudgement', {
    workflowId: 'astra/recorded/judge/p000',
    taskQueue: taskQueues.workflows,
    args: [{ runId: run, conversations: [conversation], repeats: 2, tries: 2 }],
  });
  await judges.result();
  return judges;
}

/** A task of a chain, one that a file brought, and a variant whose two users take scripts. */
async function constructedTasks(client: Client): Promise<WorkflowHandle> {
  const server = blob('pool server');
  world.tasks = [
    { ...claimed('t0', 0), server, mode: 'plan' },
    { ...claimed('t1', 1), server, mode: 'free', imported: true },
  ];
  world.variants = [{ ...claimed('v0', 0), server }];
  const { recordVariant } = world.taskStore;
  world.taskStore.recordVariant = async (input) => ({
    ...(await recordVariant(input)),
    scripts: [
      { n: 0, kind: 'missing_parameter' },
      { n: 1, kind: 'changed_mind' },
    ],
  });
  const tasks = { ...trajectorySettings.tasks, augment: ['diverse', 'persona'] as const, measureNecessity: true };
  const settings = { ...world.settings, trajectories: { ...trajectorySettings, tasks } };
  const stage = await client.workflow.start('taskConstruction', {
    workflowId: 'astra/recorded/tasks',
    taskQueue: taskQueues.workflows,
    args: [{ run: settings, hold: { paused: false, no: 0 } }],
  });
  await stage.result();
  return stage;
}

/** One episode whose first attempt meets a server that is gone; the second has a user and ends with its word. */
async function playedEpisodes(client: Client): Promise<WorkflowHandle> {
  const { callTool } = world.episodes;
  let calls = 0;
  world.episodes.callTool = (call) =>
    ++calls === 1 ? Promise.reject(ApplicationFailure.nonRetryable('gone', 'ToolServer.Drift')) : callTool(call);
  world.episodes.openEpisode = () => Promise.resolve({ ...opened, hasUser: true, judges: 2 });
  const settings = { ...world.settings, trajectories: trajectorySettings };
  const stage = await client.workflow.start('trajectorySynthesis', {
    workflowId: 'astra/recorded/traj',
    taskQueue: taskQueues.workflows,
    args: [{ run: settings, hold: { paused: false, no: 0 } }],
  });
  await stage.result();
  return stage;
}

/** SFT, one step of reinforcement with a measure after it, and the policies measured. */
async function recordTraining(client: Client): Promise<void> {
  const { training: told } = trainingSettings(RunConfig.parse({ seed: 3, ...learning }));
  const settings = { ...world.settings, ...(told && { training: told }) };
  const { plan } = await training.activities.planTraining({ runId: world.settings.runId });
  const { dataset, rows } = await training.activities.prepareSft({ runId: world.settings.runId, plan });
  const hold = { paused: false, no: 0 };
  const start = async (type: string, place: string, input: object): Promise<unknown> => {
    const options = { workflowId: `astra/recorded/${place}`, taskQueue: taskQueues.workflows };
    const stage = await client.workflow.start(type, { ...options, args: [{ run: settings, hold, ...input }] });
    return stage.result();
  };
  training.trainer.served.add('tuned');
  await start('supervisedFineTuning', 'sft', { dataset, rows });
  await start('onlineRl', 'rl', { rl: told?.rl, plan });
  const weights = { model: 'tuned', manifest: 'manifest of tuned' };
  await start('policyEvaluation', 'eval', { plan, policies: [{ label: 'sft', weights }] });
  await save('supervised-fine-tuning', client.workflow.getHandle('astra/recorded/sft'));
  await save('online-rl', client.workflow.getHandle('astra/recorded/rl'));
  await save('rl-epoch', client.workflow.getHandle('astra/recorded/rl/e0001'));
  await save('rl-step', client.workflow.getHandle('astra/recorded/rl/e0001/s000001'));
  await save('policy-evaluation', client.workflow.getHandle('astra/recorded/eval'));
}

/** The first reply of two prompts is unusable; the first proofs blame the implementation, then the document. */
function refuseFirstReplies(target: FakeWorld): void {
  const { ask } = target.llm;
  target.llm.ask = async (request) => {
    const outcome = await ask(request);
    if (request.prompt === 'trajectory/user' && outcome.status === 'answered')
      return { ...outcome, summary: { done: true } };
    const refused =
      ['decomposition/necessity', 'environment/tool-call'].includes(request.prompt) && request.sample === 0;
    return refused
      ? { status: 'invalid', call: outcome.call, rule: 'schema_invalid', problems: ['not JSON'], cached: false }
      : outcome;
  };
  const { proveTool } = target.proof;
  let proofs = 0;
  target.proof.proveTool = async (input) => {
    const accepted = await proveTool(input);
    if (input.instanceId !== 'i0' || input.nodeId !== 1 || ++proofs > 2) return accepted;
    if (proofs === 1) {
      const feedback = { document: [], call: [], implementation: ['no match'] };
      return { status: 'refused', rules: ['gold_call'], blame: ['implementation'], feedback };
    }
    const feedback = { document: ['it leaks'], call: [], implementation: [] };
    return { status: 'refused', rules: ['leak'], blame: ['document'], feedback };
  };
}

/** Plan and module disagree, so that the module is written again; then the design is to blame. */
function refuseFirstScenario(target: FakeWorld): void {
  const { proveStateful } = target.proof;
  const nothing = { design: [], plan: [], implementation: [] };
  const verdicts = [
    { blames: ['disagreement'], rules: ['goal'], feedback: { ...nothing, implementation: ['not as promised'] } },
    { blames: ['design'], rules: ['leak'], feedback: { ...nothing, design: ['it leaks'] } },
  ] as const;
  let proofs = 0;
  target.proof.proveStateful = async (input) => {
    const refused = verdicts[proofs++];
    return refused === undefined ? proveStateful(input) : { status: 'refused', ...refused };
  };
}

/** Stores the id beside the history, and no path of this machine. */
async function save(name: string, execution: WorkflowHandle): Promise<void> {
  const { workflowId } = execution;
  const history = await execution.fetchHistory();
  const text = JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history)) }, null, 1);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${text.replaceAll(checkout, '')}\n`);
  console.log(`${name}: ${history.events?.length ?? 0} events`);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
