import assert from 'node:assert/strict';
import { asyncLocalStorage } from '@temporalio/activity';
import type { ConverseRequest } from '../../../src/activities/llm/converse-contract.ts';
import { openConversation, withReply } from '../../../src/domain/episode/conversation.ts';
import { type Conversation, EpisodeMessage } from '../../../src/domain/episode/schema.ts';
import { type BlobHash, canonicalJson, hashText, type RunId } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import { type FakeReply, startFakeOpenAi } from '../../support/fake-openai.ts';
import { scriptedLlm } from '../../support/scripted-llm.ts';
import { chatOfSuite, world } from './ask-world.ts';
import { judgeModel } from './capital-prompt.ts';

const tools = [
  {
    type: 'function',
    function: {
      name: 'read_note',
      description: 'Reads a note.',
      parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
    },
  },
];
const opened = openConversation('Plan ahead.', 'What does a.txt say?');
// Conversations are JSON values; ids of the tests' own world.
const bodies: Record<string, Json> = { tools, opened: opened as unknown as Json };
const limits = { calls: 20, contextTokens: 10_000 };
const first: ConverseRequest = {
  runId: 'r1' as RunId,
  subject: 'episode-1',
  tools: 'tools' as BlobHash,
  conversation: 'opened' as BlobHash,
  results: [],
  said: null,
  sample: 0,
  limits,
};

const call = (args: unknown, name = 'read_note') => ({
  content: null,
  finishReason: 'tool_calls',
  message: { tool_calls: [{ id: 'x', type: 'function', function: { name, arguments: args } }] },
});

describe('a turn of an agent', () => {
  const chatAt = chatOfSuite();

  async function asked(
    replies: readonly FakeReply[],
    request: ConverseRequest = first,
    more: Record<string, Json> = {},
  ) {
    const server = await startFakeOpenAi(replies);
    const made = world(chatAt(server.baseUrl), {
      bodies: { ...bodies, ...more },
      model: judgeModel({ maxTokens: 50 }),
    });
    try {
      const outcome = await made.converse(request);
      return { ...made, outcome, sent: server.requests.map(({ body }) => body), again: () => made.converse(request) };
    } finally {
      await server.close();
    }
  }

  it('sends messages and tools, and stores the next conversation and each request with the call', async () => {
    const { outcome, sent, store } = await asked([call('{"path":"a.txt"}')]);

    assert.deepEqual(sent[0]?.['messages'], [
      { role: 'system', content: 'Plan ahead.' },
      { role: 'user', content: 'What does a.txt say?' },
    ]);
    assert.deepEqual(sent[0]?.['tools'], tools);
    assert.equal('response_format' in (sent[0] ?? {}), false);
    const [use] = store.uses;
    assert.ok(use?.reply !== undefined && use.bodies !== undefined);
    assert.deepEqual(
      use.bodies.map(({ text }) => text),
      ['{"arguments":{"path":"a.txt"},"name":"read_note"}'],
    );
    assert.deepEqual(outcome, {
      status: 'said',
      conversation: use.reply.hash,
      calls: [{ id: 'call_1_1', name: 'read_note', request: use.bodies[0]?.hash, problem: null }],
    });
  });

  it('keeps thinking apart, gives calls ids of ours and says what the turn took', async () => {
    const { store } = await asked([{ ...call('{"path":"a.txt"}'), reasoning: 'look first' }]);

    const [use] = store.uses;
    const { messages, steps } = JSON.parse(use?.reply?.text ?? '') as Conversation;
    assert.deepEqual(messages.at(-1), {
      role: 'assistant',
      content: null,
      reasoning_content: 'look first',
      tool_calls: [
        { id: 'call_1_1', type: 'function', function: { name: 'read_note', arguments: '{"path":"a.txt"}' } },
      ],
    });
    assert.deepEqual(steps, [
      { kind: 'agent', call: use?.key, finishReason: 'tool_calls', promptTokens: 100, completionTokens: 20 },
    ]);
  });

  it('takes an answer on record without asking again, and gives the same conversation', async () => {
    const { outcome, again, store } = await asked([{ content: 'It says hello.' }]);

    assert.deepEqual(await again(), outcome);
    assert.equal(store.uses.length, 2);
    assert.equal(store.uses[1]?.record, undefined);
  });

  it('names what is wrong with a call instead of passing it on', async () => {
    const written = [
      ['{"path":"a"}', 'delete_all', 'unknown_tool'],
      ['{"path":', 'read_note', 'arguments_unreadable'],
      ['[1]', 'read_note', 'arguments_unreadable'],
      ['{"path":7}', 'read_note', 'arguments_invalid'],
      ['', 'read_note', 'arguments_invalid'],
      ['{"path":"a","mode":"x"}', 'read_note', 'arguments_invalid'],
    ] as const;
    const message = {
      tool_calls: written.map(([args, name]) => ({ function: { name, arguments: args } })),
    };
    const { outcome } = await asked([{ content: 'Let me see.', message }]);

    assert.deepEqual(
      outcome.status === 'said' && outcome.calls.map(({ id, request, problem }) => [id, request, problem]),
      written.map(([, , problem], at) => [`call_1_${at + 1}`, null, problem]),
    );
  });

  it('reads arguments that come as an object, and none at all', async () => {
    const { outcome, store } = await asked([
      { content: null, message: { tool_calls: [{ function: { name: 'read_note', arguments: { path: 'b' } } }] } },
    ]);

    assert.equal(outcome.status === 'said' && outcome.calls[0]?.problem, null);
    assert.equal(store.uses[0]?.bodies?.[0]?.text, '{"arguments":{"path":"b"},"name":"read_note"}');
  });

  it('refuses the old field function_call by name', async () => {
    const legacy = { content: null, message: { function_call: { name: 'read_note', arguments: '{}' } } };

    await assert.rejects(asked([legacy]), (error: Error & { type?: string }) => {
      assert.equal(error.type, 'Provider.BadRequest');
      assert.match(error.message, /old field function_call/);
      return true;
    });
  });

  it('has no use for an empty or a cut answer, and keeps the conversation before it', async () => {
    const { outcome } = await asked([{ content: '  ' }]);
    const cut = await asked([{ content: 'It says', finishReason: 'length' }]);

    const conversation = hashText(canonicalJson(bodies['opened'] ?? null));
    assert.deepEqual(outcome, { status: 'unusable', why: 'empty_reply', conversation });
    assert.deepEqual(cut.outcome, { status: 'unusable', why: 'length', conversation });
    assert.deepEqual(cut.store.uses[0]?.problems, ['cut off at 20 tokens']);
  });

  it('asks nobody when the calls are used up or the request would be too long', async () => {
    const used = await asked([], { ...first, limits: { ...limits, calls: 0 } });
    const long = await asked([], { ...first, limits: { ...limits, contextTokens: 50 } });

    assert.equal(used.outcome.status === 'stopped' && used.outcome.why, 'call_budget');
    assert.equal(long.outcome.status === 'stopped' && long.outcome.why, 'token_budget');
    assert.deepEqual(
      long.store.saved.map(({ hash }) => hash),
      [long.outcome.conversation],
    );
  });
});

describe('a turn after the calls of the last one', () => {
  const agent = { call: 'key', finishReason: 'tool_calls', promptTokens: 10, completionTokens: 5 };
  const called = ['{"path":"a"}', '{"path":"b"}', '{"path":3}', '{"path":"a"}'].map((args) => ({
    name: 'read_note',
    arguments: args,
  }));
  const waiting = withReply(opened, { content: '', reasoning: 'hm', calls: called }, agent);
  const observed = { status: 'ok', text: 'hello', recognisedBy: null, structured: null, notes: [] };
  const request: ConverseRequest = {
    ...first,
    conversation: 'waiting' as BlobHash,
    results: [
      { kind: 'observed', callId: 'call_1_1', observation: 'seen' as BlobHash, source: 'live', state: 's1' },
      { kind: 'injected', callId: 'call_1_2', failure: 'auth', state: 's1' },
      { kind: 'refused', callId: 'call_1_3', problem: 'arguments_invalid', state: 's1' },
      { kind: 'stale', callId: 'call_1_4', observation: 'seen' as BlobHash, state: 's1' },
    ],
  };
  const stored = { ...bodies, waiting: waiting as unknown as Json, seen: observed };

  it('answers every call in order: seen, made up, refused with the reason, and answered before', async () => {
    const llm = scriptedLlm(['Done.']);
    const { converse, store } = world(llm.chat, { bodies: stored });

    await asyncLocalStorage.exit(() => converse(request));

    const { messages, steps } = JSON.parse(store.uses[0]?.reply?.text ?? '') as Conversation;
    const results = messages
      .filter(({ role }) => role === 'tool')
      .map((message) => EpisodeMessage.parse(message).content);
    assert.equal(results[0], 'hello');
    assert.match(results[1] ?? '', /^Error 40[13]/);
    assert.equal(results[2], 'Error: invalid arguments for read_note: path must be of type string');
    assert.equal(results[3], 'hello');
    assert.deepEqual(
      steps.slice(1, 5).map((step) => step.kind === 'tool' && [step.source, step.status, step.injected, step.problem]),
      [
        ['live', 'ok', null, null],
        ['failure_plan', 'error', 'auth', null],
        ['check', 'error', null, 'arguments_invalid'],
        ['failure_plan', 'ok', 'stale', null],
      ],
    );
  });

  it('does not send earlier thinking, and keeps it in the conversation', async () => {
    const llm = scriptedLlm(['Done.']);
    const { converse, store } = world(llm.chat, { bodies: stored });

    await converse(request);

    assert.doesNotMatch(JSON.stringify(llm.questions[0]?.body), /reasoning_content/);
    assert.match(store.uses[0]?.reply?.text ?? '', /"reasoning_content":"hm"/);
  });

  it('refuses results that are not those of the last turn', async () => {
    const { converse } = world(scriptedLlm([]).chat, { bodies: stored });

    await assert.rejects(converse({ ...request, results: request.results.slice(1) }), {
      type: 'Domain.Invalid',
    });
  });
});
