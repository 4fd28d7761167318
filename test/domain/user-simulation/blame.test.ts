import assert from 'node:assert/strict';
import type { EpisodeMessage, EpisodePlan, EpisodeStep, StopReason } from '../../../src/domain/episode/schema.ts';
import { blameOf, type JudgedCall } from '../../../src/domain/user-simulation/blame.ts';

const plan: EpisodePlan = {
  server: 's',
  variant: 'v',
  kind: 'single',
  question: 'Where is order 7?',
  targetTools: ['get_order'],
  language: 'en',
  withheldTools: [],
  user: null,
  expects: 'calls',
};
type Tool = Extract<EpisodeStep, { kind: 'tool' }>;
const step = (id: string, more: Partial<Tool> = {}): EpisodeStep => ({
  kind: 'tool',
  callId: id,
  name: 'get_order',
  status: 'ok',
  source: 'live',
  problem: null,
  injected: null,
  state: '',
  ...more,
});
const calling = (id: string): EpisodeMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'get_order', arguments: '{"id":7}' } }],
});
const asked: EpisodeMessage = { role: 'user', content: plan.question };
const answered: EpisodeMessage = { role: 'assistant', content: 'It is on its way.' };

interface Scene {
  readonly messages?: readonly EpisodeMessage[];
  readonly steps?: readonly EpisodeStep[];
  readonly stopReason?: StopReason;
  readonly judged?: readonly JudgedCall[];
}

function blamed({ messages, steps, stopReason = 'final_answer', judged = [] }: Scene): [string | null, string[]] {
  const episode = {
    messages: [...(messages ?? [asked, calling('c1'), answered])],
    steps: [...(steps ?? [step('c1')])],
  };
  const { party, findings } = blameOf({ ...episode, stopReason, plan }, judged);
  return [party, findings.map(({ rule }) => rule)];
}

describe('the blame of an episode', () => {
  it('is nobody’s when all went well', () => {
    assert.deepEqual(blamed({}), [null, []]);
  });

  it('is the agent’s for calls that no tool was asked for, for repeats, for silence and for not calling at all', () => {
    const broken = step('c1', { status: 'error', problem: 'arguments_invalid', source: 'check' });
    assert.deepEqual(blamed({ steps: [broken] }), ['agent', ['arguments_invalid']]);
    const thrice = [asked, calling('c1'), calling('c2'), calling('c3'), answered];
    assert.deepEqual(blamed({ messages: thrice }), ['agent', ['repeated_call']]);
    assert.deepEqual(blamed({ stopReason: 'call_budget' }), ['agent', ['no_answer']]);
    assert.deepEqual(blamed({ messages: [asked, answered], steps: [] }), ['agent', ['no_tool_call']]);
  });

  it('is the environment’s for failures of tools, made up or real', () => {
    assert.deepEqual(blamed({ steps: [step('c1', { status: 'error' })] }), ['environment', ['tool_failed']]);
    const made = step('c1', { status: 'error', injected: 'timeout', source: 'failure_plan' });
    assert.deepEqual(blamed({ steps: [made] }), ['environment', ['failure_injected']]);
  });

  it('is the user’s for saying the same twice, or for leaving a question open', () => {
    const question: EpisodeMessage = { role: 'assistant', content: 'Which order?' };
    assert.deepEqual(blamed({ messages: [asked, question, asked, calling('c1'), answered] }), [
      'user',
      ['user_repeats'],
    ]);
    const left = blamed({ messages: [asked, calling('c1'), question], stopReason: 'user_end' });
    assert.deepEqual(left, ['user', ['user_ignores']]);
  });

  it('is the judge’s for calling a recorded failure a success, whatever else happened', () => {
    const scene = { steps: [step('c1', { status: 'error' })], judged: [{ callId: 'c1', succeeded: true }] };
    assert.deepEqual(blamed(scene), ['judge', ['contradicts_record', 'tool_failed']]);
  });
});
