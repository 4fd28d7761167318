import assert from 'node:assert/strict';
import { createArgumentValidator } from '../../src/activities/proof/validate-arguments.ts';
import type { AuditedEpisode } from '../../src/activities/store/audited-episodes.ts';
import { callFaults } from '../../src/cli/audit/episode-calls.ts';
import { messageFaults } from '../../src/cli/audit/episode-messages.ts';
import { sentMessages } from '../../src/domain/episode/conversation.ts';
import type { Episode } from '../../src/domain/episode/schema.ts';
import { hashJson } from '../../src/domain/ids.ts';
import type { Json } from '../../src/domain/json.ts';
import { RunConfig } from '../../src/domain/run/schema.ts';
import { firstState, nextState } from '../../src/domain/tool-call/state-key.ts';
import { calling, madeUpEpisode } from '../domain/episode/made-up-episode.ts';

const config = RunConfig.parse({ trajectories: { servers: [{ file: 'none.json' }] } });
const request = { name: 'read_file', arguments: { path: 'notes/a.txt' } };
const plain = madeUpEpisode();
const state = nextState(firstState(plain.plan.server, ''), hashJson(request));
const good: Episode = {
  ...plain,
  steps: plain.steps.map((step) => (step.kind === 'tool' ? { ...step, state } : step)),
};
const asJson = (value: unknown): Json => value as Json; // messages and tools are JSON values
const row = {
  id: good.id,
  plan: good.plan,
  status: 'ok',
  server: { reach: { kind: 'stdio' } },
  observed: new Map([[state, { text: 'one\ntwo' }]]),
  lastTurn: {
    request: { messages: asJson(sentMessages(good.messages.slice(0, -1))), tools: asJson(good.tools) },
    response: { content: 'It has 2 lines.', reasoning: null },
  },
} as unknown as AuditedEpisode; // the parts that these checks look at

const calls = (episode: Episode, of = row): string[] =>
  callFaults(of, episode, { config, validate: createArgumentValidator() });
const withStep = (change: object): Episode => ({
  ...good,
  steps: good.steps.map((step) => (step.kind === 'tool' ? { ...step, ...change } : step)),
});

describe('the audit of an episode', () => {
  it('finds nothing wrong with what happened as it was recorded', () => {
    assert.deepEqual(calls(good), []);
    assert.deepEqual(messageFaults(row, good), []);
  });

  it('finds a problem that was none, and a call that fits no tool and was let through', () => {
    assert.deepEqual(calls(withStep({ problem: 'unknown_tool' })), ['call_1_1: recorded as unknown_tool, it is legal']);
    const messages = good.messages.map((one) =>
      one.role === 'assistant' && one.tool_calls ? calling([['call_1_1', 'read_file', '{"path":3}']]) : one,
    );
    assert.equal(calls({ ...good, messages })[0], 'call_1_1: recorded as legal, it is arguments_invalid');
  });

  it('finds a failure that was not drawn, a state off its chain and an answer that nobody recorded', () => {
    assert.deepEqual(calls(withStep({ source: 'failure_plan', injected: 'auth' })), [
      'call_1_1: the plan gives no failure, recorded auth',
      'call_1_1: its state is not the one its calls lead to',
    ]);
    assert.deepEqual(calls(good, { ...row, observed: new Map() }), [
      'call_1_1: the agent saw another answer than the recorded one',
    ]);
  });

  it('finds messages that are not those that were sent, and a turn that is not the answer', () => {
    const messages = good.messages.map((one) => (one.role === 'user' ? { ...one, content: 'Another question?' } : one));
    assert.deepEqual(messageFaults(row, { ...good, messages }), ['its agent was sent other messages']);
    const last = [...good.messages.slice(0, -1), { role: 'assistant' as const, content: 'It has 3 lines.' }];
    assert.deepEqual(messageFaults(row, { ...good, messages: last }), ['its agent answered something else']);
  });

  it('finds a conversation that is ok and breaks a rule', () => {
    assert.deepEqual(messageFaults(row, { ...good, stopReason: 'call_budget' }), [
      'is ok, and its rules give call_budget',
    ]);
  });
});
