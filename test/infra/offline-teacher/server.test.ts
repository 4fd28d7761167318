import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '../../../src/domain/json.ts';
import { chatBody } from './asking.ts';
import type { Serving } from './serving.ts';
import { serve } from './serving.ts';

const question = { question: 'What is the registration code of Velamora Guild?', known: [] };
const body = chatBody({ prompt: 'environment/tool-document', inputs: { question } });
const seeded = (seed: number): JsonObject => ({ ...body, seed });

describe('the offline teacher as a server', () => {
  let teacher: Serving;
  beforeEach(async () => {
    teacher = await serve();
  });
  afterEach(() => teacher.close());

  it('says on GET / and /v1/models that it is a stand-in without a language model', async () => {
    for (const route of ['/', '/v1/models']) {
      const text = await (await fetch(teacher.url + route)).text();
      assert.match(text, /offline teacher: a stand-in without a language model/);
    }
  });

  it('answers the same request with the same bytes, whatever the order of its keys', async () => {
    const turned = Object.fromEntries(Object.entries(body).reverse());
    const [first, second, third] = await Promise.all(
      [body, body, turned].map(async (one) => (await teacher.post('/v1/chat/completions', one)).text()),
    );
    assert.equal(first, second);
    assert.equal(first, third);
    assert.notEqual(first, await (await teacher.post('/v1/chat/completions', seeded(2))).text());
  });

  it('gives as many choices as asked for, and usage numbers that add up', async () => {
    const reply = JSON.parse(await (await teacher.post('/v1/chat/completions', { ...body, n: 3 })).text());
    assert.deepEqual(
      reply.choices.map((choice: { index: number }) => choice.index),
      [0, 1, 2],
    );
    assert.equal(reply.usage.total_tokens, reply.usage.prompt_tokens + reply.usage.completion_tokens);
  });

  it('streams the same content in pieces and closes with [DONE]', async () => {
    const whole = JSON.parse(await (await teacher.post('/v1/chat/completions', body)).text());
    const options = { stream: true, stream_options: { include_usage: true } };
    const text = await (await teacher.post('/v1/chat/completions', { ...body, ...options })).text();
    const events = text.split('\n\n').filter((event) => event !== '');
    assert.equal(events.at(-1), 'data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice('data: '.length)));
    const joined = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    assert.equal(joined, whole.choices[0].message.content);
    assert.equal(chunks.at(-2).choices[0].finish_reason, 'stop');
    assert.ok(chunks.at(-1).usage.total_tokens > 0);
  });

  it('cuts a reply that is longer than max_tokens and says so', async () => {
    const reply = JSON.parse(await (await teacher.post('/v1/chat/completions', { ...body, max_tokens: 5 })).text());
    assert.equal(reply.choices[0].finish_reason, 'length');
    assert.equal(reply.choices[0].message.content.length, 15);
  });

  it('calls a given tool with values of the message, and answers with what it said', async () => {
    const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const tools = [
      { type: 'function', function: { name: 'get_weather', description: 'Weather of a city', parameters: city } },
    ];
    const messages = [{ role: 'user', content: 'How is the weather in Lisbon?' }];
    const first = JSON.parse(await (await teacher.post('/v1/chat/completions', { messages, tools })).text()).choices[0];
    assert.equal(first.finish_reason, 'tool_calls');
    assert.equal(first.message.tool_calls[0].function.name, 'get_weather');
    assert.deepEqual(JSON.parse(first.message.tool_calls[0].function.arguments), { city: 'Lisbon' });
    const { id } = first.message.tool_calls[0];
    const later = [...messages, first.message, { role: 'tool', tool_call_id: id, content: '17 degrees' }];
    const second = JSON.parse(await (await teacher.post('/v1/chat/completions', { messages: later, tools })).text());
    assert.equal(
      second.choices[0].message.content,
      'Here is what the tools returned:\n- How is the weather in Lisbon: 17 degrees',
    );
  });

  it('embeds texts so that common words bring them near', async () => {
    const input = ['red harbour boats', 'boats in the harbour', 'compound interest'];
    const { data } = JSON.parse(await (await teacher.post('/v1/embeddings', { input, dimensions: 512 })).text());
    const [a, b, c] = data.map((one: { embedding: number[] }) => one.embedding);
    const dot = (x: number[], y: number[]): number => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
    assert.equal(a.length, 512);
    assert.ok(Math.abs(dot(a, a) - 1) < 1e-4);
    assert.ok(dot(a, b) > dot(a, c) + 0.2);
  });

  it('wants the key it was told to want, and takes any before', async () => {
    assert.equal((await teacher.post('/v1/chat/completions', body, { authorization: 'Bearer any' })).status, 200);
    await teacher.post('/control', { requireKey: 'k1' });
    assert.equal((await teacher.post('/v1/chat/completions', body)).status, 401);
    assert.equal((await teacher.post('/v1/chat/completions', body, { authorization: 'Bearer k1' })).status, 200);
    await teacher.post('/control', { requireKey: null });
    assert.equal((await teacher.post('/v1/chat/completions', body)).status, 200);
  });

  it('breaks every connection while it is down, and still answers for its health', async () => {
    await teacher.post('/control', { down: true });
    await assert.rejects(teacher.post('/v1/chat/completions', body));
    assert.equal((await fetch(teacher.url)).status, 200);
    await teacher.post('/control', { down: false });
    assert.equal((await teacher.post('/v1/chat/completions', body)).status, 200);
  });

  it('refuses a control request or a plan with a word it does not know, and changes nothing', async () => {
    const refused = await teacher.post('/control', { faults: 'florps', latencyMs: 5 });
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /florps/);
    assert.equal(teacher.state.latencyMs, 0);
    assert.equal((await teacher.post('/v1/chat/completions?faults=florps', body)).status, 400);
  });

  it('counts every request by its hash, and logs a line when it arrives and when its answer is out', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'teacher-'));
    const logging = await serve({ logFile: path.join(home, 'log.jsonl'), faults: 'first=1;503' });
    try {
      assert.equal((await logging.post('/v1/chat/completions', seeded(7))).status, 503);
      assert.equal((await logging.post('/v1/chat/completions', seeded(7))).status, 200);
      const { requests, ...counts } = JSON.parse(await (await fetch(`${logging.url}/control/log`)).text());
      assert.deepEqual(counts, { distinct: 1, asked: 2, answered: 1 });
      assert.equal(requests[0].prompt, 'environment/tool-document');
      const text = await readFile(path.join(home, 'log.jsonl'), 'utf8');
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line) => ({ ...JSON.parse(line), at: null }));
      const line = { hash: requests[0].hash, prompt: 'environment/tool-document', seed: 7, at: null };
      assert.deepEqual(lines, [
        { event: 'asked', ...line },
        { event: 'asked', ...line },
        { event: 'answered', ...line },
      ]);
    } finally {
      await logging.close();
      await rm(home, { recursive: true });
    }
  });

  it('answers 500 requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, async (_, at) => (await teacher.post('/v1/chat/completions', seeded(at))).status),
    );
    assert.equal(answers.filter((status) => status === 200).length, 500);
  });

  it('answers anything that is no request with a 4xx and a reason', async () => {
    const posted = await fetch(`${teacher.url}/v1/chat/completions`, { method: 'POST', body: 'not json' });
    assert.equal(posted.status, 400);
    assert.equal((await teacher.post('/v1/chat/completions', { messages: 'none' })).status, 400);
    assert.equal((await teacher.post('/v1/nothing', {})).status, 404);
  });
});
