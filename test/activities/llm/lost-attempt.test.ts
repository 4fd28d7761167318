import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import { ProviderError } from '../../../src/activities/failures.ts';
import type { AskOutcome } from '../../../src/activities/llm/contract.ts';
import { eventually } from '../../support/eventually.ts';
import { startFakeOpenAi } from '../../support/fake-openai.ts';
import { chatOfSuite, inActivity, request, scriptedWorld, world } from './ask-world.ts';
import { goodReply } from './capital-prompt.ts';

describe('an ask that is made twice at the same time', () => {
  const chatTo = chatOfSuite();

  it('keeps the answer of an attempt that Temporal gave up, and the next attempt finds it', async () => {
    const answer = Promise.withResolvers<string>();
    const { ask, store, llm } = scriptedWorld([answer.promise]);
    const first = inActivity();
    const lost = first.run(ask, request);
    await eventually('the model is asked', () => llm.questions.length === 1);
    first.cancel('NOT_FOUND', new ActivityCancellationDetails({ notFound: true }));
    const next: Promise<AskOutcome> = inActivity().run(ask, request);
    await sleep(20);

    answer.resolve(goodReply);

    const outcome = await next;
    assert.deepEqual([outcome.status, outcome.cached], ['answered', true]);
    assert.equal(llm.questions.length, 1);
    assert.equal(store.records.size, 1);
    await lost.catch(() => undefined); // nobody listens to it any more
  });

  it('ends an attempt that Temporal gave up when its run is over', async () => {
    const server = await startFakeOpenAi(['hang']);
    const { ask, store } = world(chatTo(server.baseUrl), { over: () => true });
    const environment = inActivity();
    const asked = environment.run(ask, request);
    await server.arrived(1);

    environment.cancel('NOT_FOUND', new ActivityCancellationDetails({ notFound: true }));

    await assert.rejects(asked, (error) => error instanceof CancelledFailure);
    await server.close();
    assert.equal(store.reserved.size, 0);
  });

  it('asks once for two who want the same at the same time, and again when the first was in vain', async () => {
    const both = scriptedWorld([goodReply]);
    const askBoth = (): Promise<AskOutcome> => inActivity().run(both.ask, request);
    const outcomes = await Promise.all([askBoth(), askBoth()]);
    assert.deepEqual(
      outcomes.map(({ cached }) => cached),
      [false, true],
    );
    assert.equal(both.llm.questions.length, 1);

    const failing = scriptedWorld([new ProviderError('Unavailable', 'away'), goodReply]);
    const settled = await Promise.allSettled([1, 2].map(() => inActivity().run(failing.ask, request)));
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
  });
});
