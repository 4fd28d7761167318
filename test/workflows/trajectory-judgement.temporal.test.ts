import assert from 'node:assert/strict';
import { ApplicationFailure, type Client } from '@temporalio/client';
import type { RunId } from '../../src/domain/ids.ts';
import type { JudgeAnswers, JudgedConversation } from '../../src/domain/judgement/answers.ts';
import { taskQueues } from '../../src/domain/run/task-queues.ts';
import { blob, fakeWorld } from '../support/fake-activities.ts';
import { runNames, serveWorld } from '../support/workflow-run.ts';

const full: JudgedConversation = { subject: 'trajectory-a', body: blob('a'), hasCalls: true, steps: [4, 7] };
const toolFree: JudgedConversation = { subject: 'trajectory-b', body: blob('b'), hasCalls: false, steps: [] };

interface Asked {
  readonly run: string;
  readonly conversations: readonly JudgedConversation[];
  readonly repeats?: number;
}

async function judge(client: Client, { run, conversations, repeats = 1 }: Asked): Promise<(readonly JudgeAnswers[])[]> {
  const handle = await client.workflow.start('trajectoryJudgement', {
    workflowId: `astra/${run}/judge/p000`,
    taskQueue: taskQueues.workflows,
    args: [{ runId: run as RunId, conversations, repeats, tries: 2 }],
  });
  return handle.result();
}

describe('the judgement of conversations', function () {
  this.timeout(60_000);
  const name = runNames();

  it('asks one batch per conversation: each turn by itself, and nothing about calls that were not made', async () => {
    const run = name('batch');
    const world = fakeWorld(run);
    const [first, second] = await serveWorld(world, ({ client }) =>
      judge(client, { run, conversations: [full, toolFree] }),
    );

    assert.deepEqual(
      world.asked
        .map(({ prompt, subject, params, sample }) => `${subject} ${prompt} ${JSON.stringify(params)} ${sample}`)
        .sort(),
      [
        'trajectory-a trajectory/judge-answer {} 0',
        'trajectory-a trajectory/judge-calls {} 0',
        'trajectory-a trajectory/judge-query {} 0',
        'trajectory-a trajectory/judge-step {"turn":4} 0',
        'trajectory-a trajectory/judge-step {"turn":7} 0',
        'trajectory-b trajectory/judge-answer {} 0',
        'trajectory-b trajectory/judge-query {} 0',
      ],
    );
    assert.deepEqual(first?.[0]?.lacking, []);
    assert.equal(first?.[0]?.query, blob('trajectory/judge-query'));
    assert.deepEqual([second?.[0]?.calls, second?.[0]?.steps], [null, []]);
  });

  it('asks a second judge under samples of its own', async () => {
    const run = name('second');
    const world = fakeWorld(run);
    const [both] = await serveWorld(world, ({ client }) =>
      judge(client, { run, conversations: [toolFree], repeats: 2 }),
    );

    assert.equal(both?.length, 2);
    assert.deepEqual(world.asked.map(({ prompt, sample }) => `${prompt} ${sample}`).sort(), [
      'trajectory/judge-answer 0',
      'trajectory/judge-answer 100',
      'trajectory/judge-query 0',
      'trajectory/judge-query 100',
    ]);
  });

  it('asks again with the reasons, then leaves that reply out and says why; the others stay (probes 1, 2)', async () => {
    const run = name('silent');
    const world = fakeWorld(run);
    const { ask } = world.llm;
    world.llm.ask = async (request) => {
      const outcome = await ask(request);
      if (request.prompt === 'trajectory/judge-query')
        throw ApplicationFailure.nonRetryable('the cap is reached', 'Provider.Budget');
      if (request.prompt !== 'trajectory/judge-answer') return outcome;
      const problems = ['at the top level: expected object, received prose'];
      return { status: 'invalid', call: outcome.call, rule: 'schema_invalid', problems, cached: false };
    };
    const [judged] = await serveWorld(world, ({ client }) => judge(client, { run, conversations: [full] }));

    const [said] = judged ?? [];
    assert.deepEqual([said?.query, said?.answer], [null, null]);
    assert.equal(said?.calls, blob('trajectory/judge-calls'));
    assert.deepEqual(
      said?.lacking.toSorted((a, b) => (a.prompt < b.prompt ? -1 : 1)),
      [
        {
          prompt: 'trajectory/judge-answer',
          failure: null,
          detail: 'schema_invalid: at the top level: expected object, received prose',
        },
        { prompt: 'trajectory/judge-query', failure: 'Provider.Budget', detail: 'the cap is reached' },
      ],
    );
    const again = world.asked.filter(({ prompt }) => prompt === 'trajectory/judge-answer');
    assert.deepEqual(
      again.map(({ sample, feedback }) => [sample, feedback.length]),
      [
        [0, 0],
        [1, 1],
      ],
    );
  });
});
