import assert from 'node:assert/strict';
import { CancelledFailure } from '@temporalio/common';
import { ProviderError, StoreError } from '../../../src/activities/failures.ts';
import type { AskOutcome } from '../../../src/activities/llm/contract.ts';
import { startFakeOpenAi } from '../../support/fake-openai.ts';
import type { ScriptedAnswer } from '../../support/scripted-llm.ts';
import { scriptedLlm } from '../../support/scripted-llm.ts';
import { chatOfSuite, inActivity, request, scriptedWorld, world } from './ask-world.ts';
import { capitalPrompt, goodReply } from './capital-prompt.ts';

describe('ask', () => {
  it('answers with the hash of the canonical reply and the summary, and records all of the call at once', async () => {
    const { ask, store, slots } = scriptedWorld([`Sure: ${goodReply}`]);

    const outcome: AskOutcome = await inActivity().run(ask, request);

    assert.equal(outcome.status, 'answered');
    assert.deepEqual(outcome.summary, { population: 2_100_000 });
    assert.equal(outcome.cached, false);
    assert.deepEqual(store.asked, ['models', 'loadFacts', 'begin', 'recordUse']);
    const [use] = store.uses;
    const { request: sent, ...record } = use?.record ?? assert.fail('the call was not recorded');
    assert.deepEqual(use?.reply, {
      hash: outcome.reply,
      text: '{"capital":"Paris","population":2100000,"reason":"known"}',
    });
    assert.equal(use?.workflowId, 'astra/r1/x');
    assert.deepEqual(record, {
      key: outcome.call,
      prompt: 'test/capital',
      promptHash: capitalPrompt.hash,
      model: 'small',
      endpoint: 'model.test',
      sample: 0,
      content: `Sure: ${goodReply}`,
      reasoning: null,
      finishReason: 'stop',
      promptTokens: 100,
      completionTokens: 20,
      cost: 0.0003,
      latencyMs: 0,
      attempt: 3,
    });
    assert.match(sent, /^\{"max_tokens":50,"messages":\[\{"content":"You know capitals/);
    assert.equal(slots.snapshot().maximum, 8);
  });

  it('needs two round trips once facts and settings are known', async () => {
    const { ask, store } = scriptedWorld([goodReply, goodReply]);
    await ask(request);
    store.asked.length = 0;

    await ask({ ...request, sample: 1 });

    assert.deepEqual(store.asked, ['begin', 'recordUse']);
  });

  it('asks a second time for nothing: the recorded answer costs no request', async () => {
    const { ask, store, llm } = scriptedWorld([goodReply]);
    const first = await ask(request);

    const second = await ask(request);

    llm.done();
    assert.deepEqual(second, { ...first, cached: true });
    assert.equal(store.uses[1]?.record, undefined);
    assert.deepEqual(store.uses[1]?.reply, store.uses[0]?.reply);
  });

  it('pays once when the worker dies between the record and its report', async () => {
    const llm = scriptedLlm([goodReply]);
    const before = world(llm.chat);
    await before.ask(request);
    const after = world(llm.chat);
    for (const [key, record] of before.store.records) after.store.records.set(key, record);

    const outcome = await after.ask(request);

    llm.done();
    assert.equal(outcome.cached, true);
  });

  it('keeps a paid answer over a short outage of the store', async () => {
    let failures = 2;
    const beforeRecord = (): void => {
      if (failures-- > 0) throw new StoreError('Unavailable', 'Postgres is away');
    };
    const { ask, llm, store } = scriptedWorld([goodReply], { beforeRecord });

    const outcome = await ask(request);

    llm.done();
    assert.equal(outcome.status, 'answered');
    assert.equal(store.asked.filter((name) => name === 'recordUse').length, 3);
  });

  const unusable: [string, ScriptedAnswer, string, RegExp][] = [
    ['no JSON', 'Paris, I think', 'schema_invalid', /no JSON value/],
    ['a missing field', '{"reason":"x","capital":"Paris"}', 'schema_invalid', /at population/],
    [
      'a boolean as a string',
      '{"reason":"x","capital":"Paris","population":"many"}',
      'schema_invalid',
      /expected number/,
    ],
    ['a broken rule of the prompt', goodReply.replace('Paris', 'France'), 'echo', /repeats the country/],
    [
      'an answer cut off',
      { content: goodReply, finishReason: 'length' },
      'schema_invalid',
      /cut off at 20 tokens, before max_tokens \(50\)/,
    ],
    ['thinking without end', '<think>so', 'schema_invalid', /never closed/],
  ];
  for (const [title, answer, rule, problem] of unusable) {
    it(`calls ${title} invalid, records it, and says why`, async () => {
      const { ask, store } = scriptedWorld([answer]);

      const outcome = await ask(request);

      assert.equal(outcome.status, 'invalid');
      assert.equal(outcome.rule, rule);
      assert.match(outcome.problems.join(), problem);
      assert.deepEqual(store.uses[0]?.problems, outcome.problems);
      assert.equal(store.uses[0]?.reply, undefined);
      assert.deepEqual(await ask(request), { ...outcome, cached: true });
    });
  }

  it('keeps problems below 2 KB, whatever the model wrote', async () => {
    const extra = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${'ключ'.repeat(100)}${i}`, 1]));
    const { ask } = scriptedWorld([JSON.stringify({ ...extra, reason: 1, capital: 2 })]);

    const outcome = await ask(request);

    assert.equal(outcome.status, 'invalid');
    assert.ok(outcome.problems.length > 0);
    assert.ok(Buffer.byteLength(outcome.problems.join('')) < 2048);
  });

  for (const finishReason of ['content_filter', 'refusal']) {
    it(`fails once and for all on ${finishReason}, but records what was paid`, async () => {
      const { ask, store, llm } = scriptedWorld([{ content: 'I will not', finishReason }]);

      await assert.rejects(ask(request), { type: 'Provider.ContentFilter', nonRetryable: true });
      await assert.rejects(ask(request), { type: 'Provider.ContentFilter' });

      llm.done();
      assert.equal(store.records.size, 1);
    });
  }

  it('is refused by the budget before any request', async () => {
    const { ask, llm } = scriptedWorld([], { refusal: { reason: 'cap 1, spent 1' } });

    await assert.rejects(ask(request), { type: 'Provider.Budget', nonRetryable: true, message: 'cap 1, spent 1' });
    llm.done();
  });

  it('waits when only calls in flight hold the budget', async () => {
    const { ask } = scriptedWorld([], { refusal: { reason: 'set aside', held: true } });

    await assert.rejects(ask(request), { type: 'Provider.BudgetHeld', nonRetryable: false, nextRetryDelay: 5000 });
  });

  it('gives the reservation back and slows down on a rate limit', async () => {
    const { ask, store, slots, trips } = scriptedWorld([
      new ProviderError('RateLimit', 'slow', { retryAfterMs: 7000 }),
    ]);

    await assert.rejects(ask(request), { type: 'Provider.RateLimit', nonRetryable: false, nextRetryDelay: 7000 });

    assert.equal(store.reserved.size, 0);
    assert.equal(slots.snapshot().limit, 4);
    assert.deepEqual(trips, []);
  });

  it('closes its queue on a refused key', async () => {
    const { ask, trips } = scriptedWorld([new ProviderError('Auth', 'bad key', { retryAfterMs: 300_000 })]);

    await assert.rejects(ask(request), { type: 'Provider.Auth', nonRetryable: false, nextRetryDelay: 2000 });

    const notice = { queue: 'queue-judge', runId: 'r1', role: 'judge', cause: 'Provider.Auth', reason: 'bad key' };
    assert.deepEqual(trips, [notice]);
  });

  it('fails on an unknown prompt and on facts that do not fit the spec', async () => {
    const { ask } = scriptedWorld([]);

    await assert.rejects(ask({ ...request, prompt: 'test/other' }), { type: 'Prompt.Invalid', nonRetryable: true });
    await assert.rejects(ask({ ...request, params: {} }), { type: 'Prompt.Invalid', message: /do not fit its spec/ });
  });
});

describe('ask over the wire', () => {
  const chatTo = chatOfSuite();

  it('serves a small model without structured output that wraps its answer in thinking and prose', async () => {
    const refusal = { status: 400, error: { message: 'unknown field response_format' } };
    const content = `<think>France {big}</think>Of course!\n\`\`\`json\n${goodReply.replace('2100000', '"2100000"')}\n\`\`\`\nAnything else?`;
    const server = await startFakeOpenAi([refusal, refusal, { content, usage: null }]);
    const { ask, store } = world(chatTo(server.baseUrl));

    const outcome: AskOutcome = await inActivity().run(ask, request);
    await server.close();

    assert.equal(outcome.status, 'answered');
    assert.deepEqual(outcome.summary, { population: 2_100_000 });
    const [record] = store.records.values();
    assert.equal(record?.reasoning, 'France {big}');
    assert.ok(record.promptTokens > 50 && record.completionTokens > 20, 'tokens are estimated when nobody counts');
  });

  it('ends promptly as cancelled when the activity is, with the reservation given back', async () => {
    const server = await startFakeOpenAi(['hang']);
    const { ask, store, trips } = world(chatTo(server.baseUrl));
    const environment = inActivity();
    const asked = environment.run(ask, request);
    await server.arrived(1);

    environment.cancel('CANCELLED');

    await assert.rejects(asked, (error) => error instanceof CancelledFailure);
    await server.close();
    assert.equal(store.reserved.size, 0);
    assert.deepEqual(trips, []);
  });

  it('never shows the key in a failure, its cause or its stack', async () => {
    const server = await startFakeOpenAi([{ status: 401, error: { message: 'Incorrect API key: sk-secret' } }]);
    const { ask } = world(chatTo(server.baseUrl));

    const failure = await ask(request).then(
      () => assert.fail('the call did not fail'),
      (error: unknown) => error,
    );
    await server.close();

    let chain = '';
    for (let error = failure; error instanceof Error; error = error.cause) chain += `${error.message} ${error.stack} `;
    assert.match(chain, /Incorrect API key: \[key\]/);
    assert.doesNotMatch(chain, /sk-secret/);
  });
});
