import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { SandboxError } from '../../../src/activities/failures.ts';
import { createProofTools } from '../../../src/activities/proof/activities.ts';
import type { OpenLive } from '../../../src/activities/proof/live-contract.ts';
import { createOpenLive } from '../../../src/activities/proof/live-episode.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import { createExecutor } from '../../../src/cli/reward/execute-calls.ts';
import { createEpisodeExecutor } from '../../../src/cli/reward/execute-episode.ts';
import { rewardRows } from '../../../src/cli/reward/reward-rows.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { RolloutGroup, type TrainingPlan } from '../../../src/domain/rl/schema.ts';
import { readTurn } from '../../../src/domain/rl/tool-text.ts';
import type { StatefulEnvironment } from '../../../src/domain/stateful/schema.ts';
import { answer, calls, say, user } from '../../domain/trajectory/conversations.ts';
import type { Say } from '../../support/fake-trainer.ts';
import { libraryRow } from '../../support/stateful-library.ts';
import { replayed, runId, sometimes, type TrainingWorld, trainingWorld } from './training-world.ts';

const call = (name: string, args: JsonObject): string =>
  `<tool_call>${JSON.stringify({ name, arguments: args })}</tool_call>`;
const lend = call('lend_book', { book_id: 'b-17', member: 'Ines Vargo', days: 14 });
const lendLong = call('lend_book', { book_id: 'b-17', member: 'Ines Vargo', days: 60 });
const extend = call('extend_loan', { loan_id: 'loan-2', days: 9 });
const sum = call('member_days', { member: 'Ines Vargo' });

/** Does the next of these turns; which list it is depends on the seed of the first turn alone. No two begin alike. */
function follows(scripts: readonly (readonly string[])[]): Say {
  return ({ text, seed, model }) => {
    if (!text.includes('b-17')) return sometimes({ text, seed, model });
    const made = scripts.find(([first]) => first !== undefined && text.includes(first));
    const script = made ?? scripts[seed % scripts.length] ?? [];
    return script.find((turn) => !text.includes(turn)) ?? 'The total is 124.';
  };
}

describe('rollouts in an environment with state', function () {
  this.timeout(60_000);
  let sandbox: OwnedSandbox;
  let library: StatefulEnvironment;

  before(async () => {
    sandbox = await createZygoteSandbox();
    library = await libraryRow(createProofTools(sandbox));
  });
  after(() => sandbox.close());

  const worldOf = (policy: Say, config: object = {}, openLive: OpenLive = createOpenLive(sandbox)): TrainingWorld =>
    trainingWorld(
      policy,
      { evaluation: { heldOut: { domain: 'domain 1' } }, ...config },
      { stateful: [library], openLive },
    );

  /** The group of the library, whichever number plays it. */
  async function libraryGroup(world: TrainingWorld) {
    const { activities, store } = world;
    const { plan } = await activities.planTraining({ runId });
    const policy = await activities.publishPolicy({ runId, start: await activities.startWeights({ runId }), step: 0 });
    for (let group = 0; group < 20; group++) {
      const ref = await activities.rolloutGroup({ runId, plan, group, policy });
      if (ref.task === library.id) return { ref, body: RolloutGroup.parse(store.body(ref.body)) };
    }
    throw new Error('the library is held out');
  }

  it('begin in a fresh state each: what one changed no other sees', async () => {
    const { body } = await libraryGroup(worldOf(follows([[lend, extend, sum]])));

    assert.equal(body.rollouts.length, 4);
    for (const { said, score, reward, finalAnswerOk } of body.rollouts) {
      assert.deepEqual(score, { n: 3, solved: 3, calls: 3, recall: 1, precision: 1, f1: 1 });
      assert.deepEqual([reward, finalAnswerOk], [1, true]);
      assert.match(said[1]?.text ?? '', /"loan_id":"loan-2"/);
    }
  });

  it('are scored as `astra reward` scores the same conversation', async () => {
    const scripts = [[lend, extend, sum], [lendLong], [sum], ['I will not.']];
    const { body } = await libraryGroup(worldOf(follows(scripts), { rl: { groupSize: 12 } }));
    const rewards = new Set(body.rollouts.map(({ reward }) => reward));
    assert.ok(rewards.size > 2, `the scripts differ in their rewards, got ${[...rewards].join()}`);

    const execute = { calls: createExecutor(sandbox), episode: createEpisodeExecutor(sandbox) };
    const trajectories = body.rollouts.map(({ no, said }) => ({
      id: String(no),
      environment: library.id,
      messages: [user(library.task), ...said.flatMap(({ role, text }, at) => turnOf(role, text, at)), say('Done.')],
    }));
    const rows = await rewardRows({ environments: [library as unknown as Json], trajectories }, execute);
    assert.deepEqual(
      rows.map(({ reward, recall, precision, n, solved }) => ({ reward, recall, precision, n, solved })),
      body.rollouts.map(({ reward, score: { recall, precision, n, solved } }) => ({
        reward,
        recall,
        precision,
        n,
        solved,
      })),
    );
  });

  it('give the same once more without the policy, and a score that was touched is found', async () => {
    const world = worldOf(follows([[lend, extend, sum], [lendLong], ['I will not.']]), { rl: { groupSize: 12 } });
    const { body } = await libraryGroup(world);
    const at = body.rollouts.findIndex(({ score }) => score.f1 > 0 && score.f1 < 1);
    const touched = body.rollouts.map((one, no) => (no === at ? { ...one, score: { ...one.score, f1: 1 } } : one));

    assert.deepEqual(await replayed(world, body), []);
    assert.deepEqual(await replayed(world, { ...body, rollouts: touched }), [
      `rollout ${at}: its calls give F1 0.5 (1 of 3), recorded 1`,
    ]);
  });

  it('may call irrelevant tools, which changes nothing', async () => {
    const config = { rl: { irrelevantTools: { perBand: 2 }, groupSize: 2 } };
    const { body } = await libraryGroup(worldOf(follows([[lend, extend, sum]]), config));
    const [other = ''] = body.irrelevant;
    const wrong = call(other, { entity: 'Entity0' });
    const again = await libraryGroup(worldOf(follows([[wrong, lend, extend, sum]]), config));

    assert.ok(body.irrelevant.length > 0 && body.shown.includes('lend_book'));
    assert.deepEqual(
      again.body.rollouts.map(({ score }) => [score.calls, score.f1]),
      [
        [4, 1],
        [4, 1],
      ],
    );
  });

  it('have no reward where the sandbox failed, and every episode is closed', async () => {
    let open = 0;
    const broken: OpenLive = (environment) => {
      const episode = createOpenLive(sandbox)(environment);
      open += 1;
      const lost = async (): Promise<never> => {
        throw new SandboxError('Infra', 'the process is gone');
      };
      const close = (): void => {
        open -= 1;
        episode.close();
      };
      return { ...episode, call: lost, look: lost, close };
    };
    const { ref, body } = await libraryGroup(worldOf(follows([[lend]]), {}, broken));

    assert.deepEqual(
      body.lost.map(({ reason, detail }) => [reason, detail]),
      body.lost.map(() => ['environment', 'lend_book: the process is gone']),
    );
    assert.deepEqual([ref.rewards.length, ref.lost, open], [0, 4, 0]);
  });

  it('reward a refusal where the tools of the task are missing', async () => {
    const config = { rl: { missingTools: 1 } };
    const { body } = await libraryGroup(worldOf(follows([['There is no such tool.'], [lend]]), config));

    assert.equal(body.toolsMissing, true);
    assert.ok(!body.shown.includes('lend_book'));
    for (const { score, reward } of body.rollouts) assert.equal(reward, score.calls === 0 ? 1 : 0);
  });

  it('count in evaluations as well', async () => {
    const world = worldOf(follows([[lend, extend, sum]]), { evaluation: { heldOut: { domain: 'books' } } });
    const { plan, heldOut } = await world.activities.planTraining({ runId });
    const weights = { model: 'base', manifest: 'manifest of base' };
    const { measures } = await world.activities.evaluatePolicy({ runId, plan, label: 'x', weights, mode: 'greedy' });

    assert.deepEqual([heldOut, measures.tasks, measures.f1.mean, measures.perfect.mean], [1, 1, 1, 1]);
  });

  it('offer no tool of theirs elsewhere, and are offered those of others by likeness', async () => {
    const world = worldOf(sometimes);
    const { plan } = await world.activities.planTraining({ runId });
    const { pool, training, heldOut } = world.store.body(plan) as TrainingPlan;
    const own = [...training, ...heldOut].find(({ id }) => id === library.id);

    assert.ok(pool.length > 0 && pool.every(({ environment }) => environment !== library.id));
    const { high = [], medium = [], low = [] } = own?.bands ?? {};
    assert.ok(high.length > 0, `some tool is nearest: ${JSON.stringify(own)}`);
    assert.ok(high.length + medium.length + low.length <= pool.length);
  });

  it('give rows for SFT that tell what the proof saw', async () => {
    const { activities, folder } = worldOf(sometimes, { sft: { perEnvironment: 1, irrelevant: 0, cleanShare: 1 } });
    const { plan } = await activities.planTraining({ runId });
    const { dataset } = await activities.prepareSft({ runId, plan });
    const rows = readFileSync(`${folder}/sft-${dataset}.jsonl`, 'utf8').trim().split('\n');
    const row = rows.map((text) => JSON.parse(text) as { messages: { content: string }[] });
    const told = row.find(({ messages }) => messages[0]?.content === library.task)?.messages.map((one) => one.content);

    assert.deepEqual(told?.slice(1), [
      '',
      '{"days":14,"loan_id":"loan-2"}',
      '',
      '{"days":23,"loan_id":"loan-2"}',
      '',
      '{"total_days":124}',
      'Answer: 124',
    ]);
  });

  it('give rows that refuse where the run wants some of them without tools', async () => {
    const { activities, folder } = worldOf(sometimes, { sft: { perEnvironment: 4, irrelevant: 1, missingTools: 0.5 } });
    const { plan } = await activities.planTraining({ runId });
    const { dataset, rows } = await activities.prepareSft({ runId, plan });
    const read = readFileSync(`${folder}/sft-${dataset}.jsonl`, 'utf8').trim().split('\n');
    const talks = read.map(
      (text) => JSON.parse(text) as { messages: { content: string }[]; tools: { name: string }[] },
    );
    const refusing = talks.filter(({ messages }) => messages.length === 2);

    assert.ok(refusing.length > rows / 4 && refusing.length < (3 * rows) / 4, `${refusing.length} of ${rows}`);
    for (const { messages, tools } of refusing) {
      assert.equal(messages[1]?.content, 'There is no tool for this.');
      assert.ok(tools.length <= 1 && tools.every(({ name }) => !messages[0]?.content.includes(name)));
    }
  });
});

function turnOf(role: 'assistant' | 'tool', text: string, at: number) {
  if (role === 'tool') return [answer(`c${at - 1}`, text)];
  const [made] = readTurn(text).calls;
  return made?.ok === true ? [calls([`c${at}`, made.name, made.arguments])] : [];
}
