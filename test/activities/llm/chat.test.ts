import assert from 'node:assert/strict';
import { ProviderError } from '../../../src/activities/failures.ts';
import { type Chat, type ChatReply, createChat } from '../../../src/activities/llm/chat.ts';
import { createEndpointProbe } from '../../../src/activities/llm/endpoint-probe.ts';
import { type ChatWire, createOpenAiWire } from '../../../src/activities/llm/openai-client.ts';
import type { ResolvedModel } from '../../../src/domain/run/schema.ts';
import { type FakeOpenAi, type FakeReply, startFakeOpenAi } from '../../support/fake-openai.ts';
import { capitalPrompt, goodReply, judgeModel } from './capital-prompt.ts';

const key = 'sk-very-secret-123';
const reply = { name: 'test_capital', schema: capitalPrompt.schema };
const signal = new AbortController().signal;
let wire: ChatWire;
let server: FakeOpenAi;

before(() => {
  wire = createOpenAiWire();
});
after(() => wire.close());

async function scripted(
  replies: readonly FakeReply[],
): Promise<(overrides?: Partial<ResolvedModel>) => Promise<ChatReply>> {
  server = await startFakeOpenAi(replies);
  const chat = chatTo(server.baseUrl);
  return (overrides) =>
    chat({ model: judgeModel(overrides), body: { model: 'small', messages: [] }, reply, signal, attempt: 1 });
}

function chatTo(fallbackBaseUrl: string, secret: (name: string) => string | undefined = () => key): Chat {
  return createChat({ wire, secret, fallbackBaseUrl, now: () => 0, rng: () => 0 });
}

async function failureOf(asked: Promise<unknown>): Promise<ProviderError> {
  try {
    await asked;
  } catch (error) {
    assert.ok(error instanceof ProviderError, String(error));
    return error;
  }
  return assert.fail('the request did not fail');
}

describe('chat with an OpenAI-compatible endpoint', () => {
  it('sends body, key and reply schema, and gives answer, usage and host', async () => {
    const ask = await scripted([{ content: goodReply, reasoning: 'hm' }]);

    const { sent, ...answer } = await ask();
    await server.close();

    assert.deepEqual(answer, {
      content: goodReply,
      reasoning: 'hm',
      calls: [],
      finishReason: 'stop',
      usage: { promptTokens: 100, completionTokens: 20 },
      endpoint: new URL(server.baseUrl).host,
    });
    assert.deepEqual(server.requests[0]?.body, sent);
    assert.deepEqual(sent['response_format'], {
      type: 'json_schema',
      json_schema: { name: 'test_capital', strict: false, schema: capitalPrompt.schema },
    });
    assert.equal(server.requests[0]?.headers.authorization, `Bearer ${key}`);
  });

  it('keeps thinking in a tag apart and replaces what Postgres cannot store', async () => {
    const ask = await scripted([{ content: '<think>a\0b</think>x\ud800y', usage: null }]);

    const answer = await ask();
    await server.close();

    assert.deepEqual([answer.reasoning, answer.content, answer.usage], ['a\ufffdb', 'x\ufffdy', undefined]);
  });

  it('names a refusal in its own field as the reason to finish', async () => {
    const ask = await scripted([{ content: null, refusal: 'I will not.' }]);

    const answer = await ask();
    await server.close();

    assert.deepEqual([answer.finishReason, answer.content], ['refusal', 'I will not.']);
  });

  const failures: [string, FakeReply, string][] = [
    ['429', { status: 429, headers: { 'retry-after': '7' } }, 'Provider.RateLimit'],
    ['429 for lack of credit', { status: 429, error: { message: 'x', code: 'insufficient_quota' } }, 'Provider.Quota'],
    ['503', { status: 503 }, 'Provider.Unavailable'],
    ['a cut connection', 'reset', 'Provider.Unavailable'],
    ['silence', 'hang', 'Provider.Unavailable'],
    ['half a body and silence', 'stall', 'Provider.Unavailable'],
    ['JSON that is cut off', { body: '{"choices":[{"mess' }, 'Provider.Unavailable'],
    ['a page of HTML', { body: '<html>', type: 'text/html' }, 'Provider.Unavailable'],
    ['an empty list of choices', { body: '{"choices":[]}' }, 'Provider.Unavailable'],
    ['an error body under HTTP 200', { body: '{"error":{"message":"slow","code":429}}' }, 'Provider.RateLimit'],
    ['a model nobody knows', { status: 404, error: { message: 'model small not found' } }, 'Provider.ModelNotFound'],
    [
      'a prompt that is too long',
      { status: 400, error: { message: 'maximum context length' } },
      'Provider.ContextTooLong',
    ],
  ];
  for (const [title, scriptedReply, type] of failures) {
    it(`makes ${type} of ${title}, after one request`, async () => {
      const ask = await scripted([scriptedReply]);

      const failure = await failureOf(ask({ timeoutSeconds: 1 }));
      await server.close();

      assert.equal(failure.type, type);
    });
  }

  const advice: [string, Record<string, string>, number][] = [
    ['retry-after-ms', { 'retry-after-ms': '1500' }, 1500],
    ['retry-after in seconds', { 'retry-after': '90' }, 90_000],
    ['retry-after as a date', { 'retry-after': new Date(5000).toUTCString() }, 5000],
  ];
  for (const [title, headers, expected] of advice) {
    it(`waits after 429 as ${title} says`, async () => {
      const ask = await scripted([{ status: 429, headers }]);

      const failure = await failureOf(ask());
      await server.close();

      assert.equal(failure.retryAfterMs, expected);
    });
  }

  it('never shows the key, even when the endpoint repeats it', async () => {
    const ask = await scripted([{ status: 401, error: { message: `Incorrect API key provided: ${key}` } }]);

    const failure = await failureOf(ask());
    await server.close();

    assert.match(failure.message, /Incorrect API key provided: \[key\]$/);
    const shown = [failure, failure.cause].map((error) =>
      error instanceof Error ? `${error.message}${error.stack}` : '',
    );
    assert.doesNotMatch(shown.join(), /secret/);
  });

  it('names the variable when no key is set', async () => {
    server = await startFakeOpenAi([{ status: 401 }]);
    const chat = chatTo(server.baseUrl, () => undefined);

    const failure = await failureOf(chat({ model: judgeModel(), body: {}, signal, attempt: 1 }));
    await server.close();

    assert.match(failure.message, /the variable OPENAI_API_KEY is not set/);
  });
});

describe('reply formats', () => {
  const refusal: FakeReply = {
    status: 400,
    error: { message: 'response_format is not supported', param: 'response_format' },
  };
  const formats = (): unknown[] =>
    server.requests.map(({ body }) => (body['response_format'] as { type?: string } | undefined)?.type);

  it('fall back in auto mode and remember what the endpoint refused', async () => {
    const ask = await scripted([refusal, refusal, { content: '{}' }, { content: '{}' }]);

    await ask();
    await ask();
    await server.close();

    assert.deepEqual(formats(), ['json_schema', 'json_object', undefined, undefined]);
  });

  it('fall back for a schema that the endpoint cannot turn into a grammar', async () => {
    const message = 'Automatic parser generation failed: JSON schema error at #/properties/a: cannot resolve $ref';
    const ask = await scripted([{ status: 400, error: { message } }, { content: '{}' }]);

    await ask();
    await server.close();

    assert.deepEqual(formats(), ['json_schema', 'json_object']);
  });

  it('do not fall back when the configuration names one', async () => {
    const ask = await scripted([refusal]);

    const failure = await failureOf(ask({ structuredOutput: 'json_schema' }));
    await server.close();

    assert.equal(failure.type, 'Provider.BadRequest');
  });

  it('do not fall back for another refusal', async () => {
    const ask = await scripted([{ status: 400, error: { message: 'temperature must be 1' } }]);

    const failure = await failureOf(ask());
    await server.close();

    assert.equal(failure.type, 'Provider.BadRequest');
  });

  it('are not sent when the configuration says none', async () => {
    const ask = await scripted([{ content: '{}' }]);

    await ask({ structuredOutput: 'none' });
    await server.close();

    assert.deepEqual(formats(), [undefined]);
  });
});

describe('several base URLs', () => {
  it('are used in turn, and one that fails is left out', async () => {
    const good = await startFakeOpenAi([{ content: '1' }, { content: '2' }, { content: '3' }]);
    const bad = await startFakeOpenAi([{ status: 503 }]);
    const chat = chatTo('http://unused.test/v1');
    const model = judgeModel({ baseUrls: [good.baseUrl, bad.baseUrl] });
    const ask = (): Promise<ChatReply> => chat({ model, body: {}, signal, attempt: 1 });

    await ask();
    await failureOf(ask());
    const rest = [await ask(), await ask()];
    await Promise.all([good.close(), bad.close()]);

    assert.deepEqual(
      rest.map(({ content }) => content),
      ['2', '3'],
    );
  });
});

describe('the endpoint probe', () => {
  const table: [string, FakeReply, boolean][] = [
    ['an answer', { content: 'ok', finishReason: 'length' }, true],
    ['a rate limit', { status: 429 }, true],
    ['a refused request', { status: 400 }, true],
    ['a refused key', { status: 401 }, false],
    ['no credit', { status: 402 }, false],
    ['an overloaded server', { status: 503 }, false],
  ];
  for (const [title, scriptedReply, healthy] of table) {
    it(`calls ${title} ${healthy ? 'healthy' : 'ill'}`, async () => {
      server = await startFakeOpenAi([scriptedReply]);
      const store = { models: () => Promise.resolve({ seed: 1, resolve: () => judgeModel() }) };
      const probe = createEndpointProbe({ store, chat: chatTo(server.baseUrl) });

      const seen = await probe({ runId: 'r1', role: 'judge' });
      await server.close();

      assert.equal(seen.healthy, healthy);
      assert.equal(server.requests[0]?.body['max_tokens'], 1);
    });
  }

  it('reports a store that is away instead of failing', async () => {
    const store = { models: () => Promise.reject(new Error('store away')) };
    const probe = createEndpointProbe({ store, chat: chatTo('http://unused.test/v1') });

    assert.deepEqual(await probe({ runId: 'r1', role: 'judge' }), { healthy: false, reason: 'store away' });
  });
});
