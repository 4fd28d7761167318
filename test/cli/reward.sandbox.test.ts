import assert from 'node:assert/strict';
import { rewardRows } from '../../src/cli/reward/reward-rows.ts';
import { answer, calls, say, user } from '../domain/trajectory/conversations.ts';
import { astra } from './run-cli.ts';

const environments = 'examples/02-verify-environments/candidates.jsonl';

describe('astra reward', () => {
  it('makes every call again, scores what it gives, and ends with 1 when something is found', async () => {
    const { code, stdout } = await astra(
      'reward',
      '--environments',
      environments,
      '--trajectories',
      'examples/06-reward/trajectories.jsonl',
      '--json',
    );
    const { rows, findings } = JSON.parse(stdout);
    assert.deepEqual(
      rows.map((row: { id: string; outcome: string; reward: number | null }) => [row.id, row.outcome, row.reward]),
      [
        ['straight', 'ok', 1],
        ['detour', 'ok', 0.5],
        ['by-heart', 'ok', 0],
        ['made-up-result', 'ok', 0],
        ['unanswered', 'rejected:unanswered_call', null],
      ],
    );
    assert.deepEqual(
      rows[1].perCall.map((call: { verdict: string }) => call.verdict),
      ['no_match', 'unknown_tool', 'solved'],
    );
    assert.deepEqual(
      findings.map((finding: { id: string; call: string }) => [finding.id, finding.call]),
      [['made-up-result', 'c1']],
    );
    assert.equal(code, 1);
  });

  it('names why a row has no reward, and runs nothing for it', async () => {
    const nothing = (): never => assert.fail('no call may be executed');
    const talk = [user('How long?'), calls(['c1', 'a', {}]), answer('c1', '1'), say('1')];
    const world = { id: 'bad', question: 'q?', nodes: [{ id: 1, sub_question: 'q', answer: ' ', tool: null }] };
    const rows = await rewardRows(
      {
        environments: [
          { id: 'other' },
          { mode: 'stateful', id: 'desk' },
          { ...world, id: 'twice' },
          { ...world, id: 'twice' },
        ],
        trajectories: [
          { id: 'a', messages: talk },
          { id: 'b', environment: 'nowhere', messages: talk },
          { id: 'c', environment: 'other', messages: talk },
          { id: 'd', environment: 'desk', messages: talk },
          { id: 'e', environment: 'twice', messages: talk },
          { id: 'f', environment: 'twice', messages: talk.slice(0, 2) },
          7,
        ],
      },
      { calls: nothing, episode: nothing },
    );
    assert.deepEqual(
      rows.map(({ id, outcome, reward }) => [id, outcome, reward]),
      [
        ['a', 'rejected:unknown_environment', null],
        ['b', 'rejected:unknown_environment', null],
        ['c', 'rejected:bad_environment', null],
        ['d', 'rejected:bad_environment', null],
        ['e', 'rejected:environment_twice', null],
        ['f', 'rejected:unanswered_call', null],
        ['row-7', 'rejected:not_a_trajectory', null],
      ],
    );
  });

  it('has no reward for a row whose call the sandbox could not run', async () => {
    const talk = [user('How long?'), calls(['c1', 'a', {}]), answer('c1', '95'), say('95')];
    const tool = {
      document: { name: 'a', description: 'd', parameters: { type: 'object', properties: {} } },
      call: { name: 'a', arguments: {} },
      code: 'def a(): return 95',
    };
    const world = { id: 'w', question: 'q?', nodes: [{ id: 1, sub_question: 'q', answer: 95, tool }] };
    const lost = { status: 'infra', error: { type: 'SandboxLost', message: 'gone' }, stdout: '', loadStdout: '' };
    const [row] = await rewardRows(
      { environments: [world], trajectories: [{ id: 'a', environment: 'w', messages: talk }] },
      {
        episode: () => assert.fail('there is no environment with state'),
        calls: async (_, { messages }) =>
          messages.flatMap((one) =>
            one.role === 'assistant' ? one.calls.map((call) => ({ call, recorded: '95', run: lost })) : [],
          ),
      },
    );
    assert.deepEqual(
      [row?.outcome, row?.detail, row?.reward, row?.recall],
      ['failed:Sandbox.Infra', 'call c1: SandboxLost: gone', null, null],
    );
  });
});
