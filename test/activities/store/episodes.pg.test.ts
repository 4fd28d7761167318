import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import { eachAuditedEpisode } from '../../../src/activities/store/audited-episodes.ts';
import { saveValue, toBody } from '../../../src/activities/store/blobs.ts';
import type { OpenedEpisode } from '../../../src/activities/store/episode-contract.ts';
import { closeEpisode } from '../../../src/activities/store/episode-verdicts.ts';
import { openEpisode, recordEpisode } from '../../../src/activities/store/episodes.ts';
import { explain } from '../../../src/activities/store/explain.ts';
import { insertItems } from '../../../src/activities/store/insert-items.ts';
import { countItems } from '../../../src/activities/store/items.ts';
import { transaction } from '../../../src/activities/store/pool.ts';
import { reopenItems } from '../../../src/activities/store/retry.ts';
import { selectTrajectories } from '../../../src/activities/store/select-trajectories.ts';
import { judgementFaults } from '../../../src/cli/audit/episode-judgement.ts';
import { messageFaults } from '../../../src/cli/audit/episode-messages.ts';
import { openConversation, type SeenCall, withReply, withResults } from '../../../src/domain/episode/conversation.ts';
import type { Conversation, EpisodePlan, StopReason } from '../../../src/domain/episode/schema.ts';
import type { BlobHash } from '../../../src/domain/ids.ts';
import type { Json } from '../../../src/domain/json.ts';
import type { JudgeAnswers } from '../../../src/domain/judgement/answers.ts';
import { answerReply, callsReply, queryReply } from '../../domain/judgement/talks.ts';
import { openStore, run } from './store-fixture.ts';

const tool = (name: string) => ({
  name,
  description: `The tool to ${name}.`,
  parameters: { type: 'object', properties: {} },
});
const server = {
  name: 'desk',
  title: '',
  description: 'A desk.',
  domain: 'office',
  licence: 'MIT',
  origin: 'openai',
  reach: { kind: 'documents' },
  tools: ['open_case', 'read_case', 'close_case'].map(tool),
  dropped: [],
  chains: [],
};
const step = { call: 'none', finishReason: 'stop', promptTokens: 10, completionTokens: 5 };
const asJson = (value: object): Json => value as Json; // fixtures hold JSON values only

describe('an episode in the store', function () {
  this.timeout(60_000);
  let pool: Pool;
  afterEach(() => pool.end());

  async function open(more: Json = {}, plan: Partial<EpisodePlan> = {}): Promise<OpenedEpisode> {
    pool = await openStore({
      seed: 3,
      trajectories: { servers: [{ file: '/none.jsonl' }], episodes: { systemPrompt: 'Be brief.' }, ...Object(more) },
    });
    const hash = await saveValue(pool, asJson(server));
    const body = toBody(
      asJson({
        server: hash,
        variant: 'variant-1',
        kind: 'single',
        question: 'Open a case.',
        targetTools: ['open_case'],
        language: 'en',
        withheldTools: [],
        user: null,
        expects: 'calls',
        ...plan,
      }),
    );
    await transaction(pool, (client) =>
      insertItems(client, { runId: run, kind: 'episode', items: [{ id: 'episode-1', ordinal: 0, body }] }),
    );
    return openEpisode(pool, { runId: run, id: 'episode-1', attempt: 0 });
  }

  async function record(opened: OpenedEpisode, talk: Conversation, stopReason: StopReason = 'final_answer') {
    const conversation = await saveValue(pool, asJson(talk));
    const { tools } = opened;
    return recordEpisode(pool, {
      runId: run,
      id: 'episode-1',
      attempt: 0,
      conversation,
      tools,
      ending: null,
      stopReason,
    });
  }

  async function judges(replies: { calls?: Json; answer?: Json; query?: Json }, lacking: JudgeAnswers['lacking'] = []) {
    const save = (reply: Json | undefined): Promise<BlobHash | null> =>
      reply === undefined ? Promise.resolve(null) : saveValue(pool, reply);
    const [calls, answer, query] = [await save(replies.calls), await save(replies.answer), await save(replies.query)];
    return { calls, answer, query, steps: [], lacking };
  }

  const closed = async (opened: OpenedEpisode, answers: JudgeAnswers, talk = talked) => {
    const recorded = await record(opened, talk);
    assert.ok(recorded.status === 'admitted');
    const { episode, conversation } = recorded;
    const input = { runId: run, id: 'episode-1', episode, trajectory: conversation.body, judges: [answers] };
    return closeEpisode(pool, input);
  };

  const asked = openConversation('Be brief.', 'Open a case.');
  const called = withReply(
    asked,
    { content: '', reasoning: null, calls: [{ name: 'open_case', arguments: '{}' }] },
    step,
  );
  const seen: SeenCall = {
    text: 'opened',
    step: { callId: 'call_1_1', status: 'ok', source: 'emulator', problem: null, injected: null, state: 'w1' },
  };
  const talked = withReply(withResults(called, [seen]), { content: 'It is open.', reasoning: null, calls: [] }, step);
  const untouched = withReply(asked, { content: 'It is open.', reasoning: null, calls: [] }, step);
  const good = { calls: callsReply({ call_1_1: [1, true] }), answer: answerReply(1, 1), query: queryReply(1, 1) };

  it('starts with the system prompt, without withheld tools, and the same each time', async () => {
    const first = await open({}, { withheldTools: ['read_case'] });

    assert.deepEqual(await openEpisode(pool, { runId: run, id: 'episode-1', attempt: 0 }), first);
    assert.equal(first.conversation, toBody(asJson(asked)).hash);
    const names = ['open_case', 'close_case'];
    const shown = names.map((name) => ({ type: 'function', function: tool(name) }));
    assert.equal(first.tools, toBody(asJson(shown)).hash);
    assert.deepEqual(first.failures, { seed: '3/episode-1', rate: 0.2, weights: {} });
    assert.equal(first.environment, 'emulated');
  });

  it('asks a second judge about the share that the configuration names', async () => {
    assert.equal((await open({ judging: { repeatShare: 1 } })).judges, 2);
    await pool.end();
    assert.equal((await open({ judging: { repeatShare: 0 } })).judges, 1);
  });

  it('is scored by its first judge and keeps every reply, so that the score can be taken again', async () => {
    assert.deepEqual(await closed(await open(), await judges(good)), { status: 'ok' });

    for await (const row of eachAuditedEpisode(pool, run)) {
      assert.equal(row.verdict?.score.overall, 1);
      assert.deepEqual(row.verdict.score.coverage, { scored: 5, na: 2, unresolved: 0 });
      assert.deepEqual(judgementFaults(row, row.verdict), []);
      const worse = new Map([...row.replies].map(([hash, reply]) => [hash, lowered(reply)]));
      assert.match(judgementFaults({ ...row, replies: worse }, row.verdict).join(), /its replies give other scores/);
      assert.ok(row.episode);
      const [system, ...rest] = row.episode.messages;
      assert.ok(system);
      assert.match(
        messageFaults(row, {
          ...row.episode,
          messages: [system, ...rest.filter(({ role }) => role !== 'tool')],
        }).join(),
        /unanswered_call/,
      );
    }
    const { kind, facts, conversation } = await explain(pool, 'episode-1');
    assert.deepEqual([kind, facts['stopReason'], conversation?.length], ['episode', 'final_answer', 5]);
  });

  it('has no score when the judges were away (probes 1, 19) or never usable (probe 2), and can be judged again', async () => {
    const away = { prompt: 'trajectory/judge-calls', failure: 'Provider.BadRequest', detail: 'gone' };
    const outcome = await closed(await open(), await judges({ ...good, calls: undefined as never }, [away]));

    assert.deepEqual(outcome, {
      status: 'failed',
      class: 'Provider.BadRequest',
      detail: 'trajectory/judge-calls: gone',
    });
    assert.deepEqual(await selectTrajectories(pool, { runId: run }), { judged: 0, selected: 0 });
    await pool.end();
    const prose = { prompt: 'trajectory/judge-answer', failure: null, detail: 'schema_invalid: prose' };
    await closed(await open(), await judges({ calls: good.calls, query: good.query }, [prose]));
    assert.deepEqual(await countItems(pool, { runId: run, kind: 'episode' }), {
      'quarantined:trajectory/judge-answer': 1,
    });
    assert.equal(await reopenItems(pool, run), 1);
  });

  it('takes zeros of an all-zero judge for zeros, over the dimensions that apply (probes 3, 4)', async () => {
    const zero = { answer: answerReply(0, 0), query: queryReply(0, 0) };
    const opened = await open({}, { expects: 'no_call' });
    assert.deepEqual(await closed(opened, await judges(zero), untouched), { status: 'ok' });

    for await (const { verdict } of eachAuditedEpisode(pool, run)) {
      assert.equal(verdict?.score.overall, 0);
      assert.deepEqual(verdict.score.coverage, { scored: 3, na: 4, unresolved: 0 });
    }
  });

  const refused: readonly (readonly [string, Conversation, StopReason, string])[] = [
    ['that called nothing although it was to', untouched, 'final_answer', 'no_tool_call'],
    ['whose calls were used up', withResults(called, [seen]), 'call_budget', 'call_budget'],
    ['that grew too long', withResults(called, [seen]), 'token_budget', 'token_budget'],
    ['whose model was cut off', asked, 'length', 'length'],
    ['whose model said nothing', asked, 'empty_reply', 'empty_reply'],
    ['with a call that nobody answered', called, 'final_answer', 'unanswered_call'],
  ];
  for (const [what, talk, stopReason, rule] of refused)
    it(`closes one ${what} by its rule before a judge is asked`, async () => {
      const recorded = await record(await open(), talk, stopReason);

      assert.equal(
        recorded.status === 'closed' && recorded.outcome.status === 'rejected' && recorded.outcome.rule,
        rule,
      );
      assert.deepEqual(await countItems(pool, { runId: run, kind: 'episode' }), { [`rejected:${rule}`]: 1 });
      assert.deepEqual(
        await record(await openEpisode(pool, { runId: run, id: 'episode-1', attempt: 1 }), talked),
        recorded,
      );
    });
});

/** Every score of a reply as 0. */
function lowered(value: Json): Json {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'score' ? 0 : lowered(item)]));
}
