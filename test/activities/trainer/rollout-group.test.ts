import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import type { BlobHash } from '../../../src/domain/ids.ts';
import { RolloutGroup } from '../../../src/domain/rl/schema.ts';
import { trajectoryFault } from '../../../src/domain/rl/token-trajectory.ts';
import { encode } from '../../support/fake-trainer.ts';
import { runId, sometimes, type TrainingWorld, trainingWorld } from './training-world.ts';

async function firstGroup(world: TrainingWorld, group = 0) {
  const { activities, store } = world;
  const { plan } = await activities.planTraining({ runId });
  const start = await activities.startWeights({ runId });
  const policy = await activities.publishPolicy({ runId, start, step: 0 });
  const ref = await activities.rolloutGroup({ runId, plan, group, policy });
  return { plan, start, policy, ref, body: RolloutGroup.parse(store.body(ref.body)) };
}

describe('a group of rollouts', () => {
  it('is scored by what the tools gave, token in and token out', async () => {
    const { ref, body } = await firstGroup(trainingWorld(sometimes));
    const solved = body.rollouts.filter(({ score }) => score.solved === 1);

    assert.equal(body.rollouts.length, 4);
    assert.deepEqual(
      ref.rewards,
      body.rollouts.map(({ reward }) => reward),
    );
    assert.ok(solved.length > 0 && solved.length < 4, `got ${ref.rewards.join()}`);
    for (const rollout of body.rollouts) assert.equal(trajectoryFault(rollout), undefined);
    const [one] = solved;
    assert.deepEqual(one?.score, { n: 1, solved: 1, calls: 1, recall: 1, precision: 1, f1: 1 });
    assert.equal(one?.finalAnswerOk, true);
    assert.equal(one?.stop, 'answer');
  });

  it('grows each prompt by what was sampled and the bridge, and renders nothing again', async () => {
    const world = trainingWorld(sometimes);
    const { body } = await firstGroup(world);
    const two = body.rollouts.find(({ turns }) => turns.length === 2);
    assert.ok(two !== undefined, 'somebody made a call');
    const [{ start, length } = { start: 0, length: 0 }, second] = two.turns;

    const expected = [...two.tokens.slice(0, start + length), ...encode(`<${two.said[1]?.text}>`)];
    assert.deepEqual(two.tokens.slice(0, second?.start), expected);
    assert.ok(world.trainer.prompts.some((prompt) => prompt.join() === expected.join()));
  });

  it('is played once: found again under its number and policy, also by another worker', async () => {
    const world = trainingWorld(sometimes);
    const { plan, policy, ref } = await firstGroup(world);
    const asked = world.trainer.prompts.length;

    assert.deepEqual(await world.activities.rolloutGroup({ runId, plan, group: 0, policy }), ref);
    assert.equal(world.trainer.prompts.length, asked);
    // The same from nothing: tokens depend on the place in the run alone.
    assert.equal((await firstGroup(trainingWorld(sometimes))).ref.body, ref.body);
  });

  it('loses what the environment fails at, without any reward', async () => {
    const say = ({ seed, ...place }: Parameters<typeof sometimes>[0]): string =>
      seed % 2 === 0
        ? `<tool_call>{"name": "${/get_fact_\d+/.exec(place.text)?.[0]}", "arguments": {"entity": "lost"}}</tool_call>`
        : 'no';
    const { ref, body } = await firstGroup(trainingWorld(say));

    assert.equal(ref.lost, body.lost.length);
    assert.ok(ref.lost > 0, 'some are lost');
    assert.equal(ref.rewards.length, 4 - ref.lost);
    assert.deepEqual(body.lost[0]?.reason, 'environment');
  });

  it('counts malformed and unknown calls as calls, and tells the policy what is wrong', async () => {
    const say = ({ text }: { text: string }): string =>
      text.endsWith('>') && text.includes('error:')
        ? 'I give up'
        : '<tool_call>{"name": "nothing"</tool_call><tool_call>{"name": "absent", "arguments": {}}</tool_call>';
    const { body } = await firstGroup(trainingWorld(say));
    const [one] = body.rollouts;

    assert.equal(one?.score.calls, 2);
    assert.deepEqual([one?.formatErrors, one?.toolErrors], [1, 1]);
    assert.deepEqual(
      one?.said.filter(({ role }) => role === 'tool').map(({ text }) => text),
      ['error: the call cannot be read: it is no JSON', 'error: there is no tool absent'],
    );
  });

  it('ends at the turn limit, and never builds on a turn that was cut off', async () => {
    const endless = (): string => '<tool_call>{"name": "absent", "arguments": {}}</tool_call>';
    const rl = { sampling: { maxTurns: 3 } };
    const limited = await firstGroup(trainingWorld(endless, { rl }));
    const cut = await firstGroup(trainingWorld(() => 'so I think that…'));

    assert.deepEqual(limited.body.rollouts.map(({ stop, turns }) => [stop, turns.length])[0], ['turns', 3]);
    assert.deepEqual(cut.body.rollouts.map(({ stop, turns }) => [stop, turns.length])[0], ['truncated', 1]);
    assert.equal(
      limited.ref.rewards.every((reward) => reward === 0),
      true,
    );
  });

  it('leaves cut-off trajectories out where the run says so', async () => {
    const { body, ref } = await firstGroup(trainingWorld(() => 'so…', { rl: { overlong: 'mask' } }));

    assert.deepEqual(
      body.lost.map(({ reason }) => reason),
      ['masked', 'masked', 'masked', 'masked'],
    );
    assert.equal(ref.lost, 0, 'not the infrastructure lost them');
  });

  it('lists irrelevant tools that can be called, and never one that gives the answer', async () => {
    const { body } = await firstGroup(trainingWorld(sometimes, { rl: { irrelevantTools: { perBand: 2 } } }));

    assert.ok(body.irrelevant.length > 0, 'some are listed');
    assert.deepEqual(
      body.shown.toSorted(),
      [...body.irrelevant, `get_fact_${body.task.slice('environment-'.length)}`].toSorted(),
    );
  });

  it('fails as stale when the policy is not served, so that it is published again', async () => {
    const world = trainingWorld(sometimes);
    const { plan, policy } = await firstGroup(world);
    world.trainer.served.delete(policy.model);

    await assert.rejects(
      world.activities.rolloutGroup({ runId, plan: plan as BlobHash, group: 1, policy }),
      (error) =>
        error instanceof ApplicationFailure && error.type === 'Trainer.StalePolicy' && error.nonRetryable === true,
    );
  });

  it('rewards calling nothing and saying so where the tools of the task are missing', async () => {
    const rl = { missingTools: 1, irrelevantTools: { perBand: 2 } };
    const { body } = await firstGroup(
      trainingWorld(
        ({ seed, ...place }) => (seed % 2 === 0 ? 'There is no tool for this' : sometimes({ ...place, seed: 0 })),
        { rl },
      ),
    );

    assert.equal(body.toolsMissing, true);
    assert.deepEqual(body.shown.toSorted(), body.irrelevant.toSorted());
    const rewards = body.rollouts.map(({ score, reward }) => [score.calls, reward]);
    assert.ok(rewards.some(([calls]) => calls === 0) && rewards.some(([calls]) => calls !== 0), rewards.join(' '));
    for (const [calls, reward] of rewards) assert.equal(reward, calls === 0 ? 1 : 0);
  });
});
