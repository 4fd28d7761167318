import assert from 'node:assert/strict';
import { SandboxError } from '../../src/activities/failures.ts';
import { createProofTools } from '../../src/activities/proof/activities.ts';
import type { OwnedSandbox } from '../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../src/activities/sandbox/zygote-pool.ts';
import { createExecutor } from '../../src/cli/reward/execute-calls.ts';
import { createEpisodeExecutor } from '../../src/cli/reward/execute-episode.ts';
import { type Execution, type RewardRow, rewardRows } from '../../src/cli/reward/reward-rows.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { StatefulEnvironment } from '../../src/domain/stateful/schema.ts';
import { answer, calls, say, user } from '../domain/trajectory/conversations.ts';
import { libraryRow } from '../support/stateful-library.ts';

type Step = readonly [name: string, args: JsonObject, told: Json];

describe('the reward of a conversation in an environment with state', function () {
  this.timeout(60_000);
  let sandbox: OwnedSandbox;
  let environment: StatefulEnvironment;
  let execution: Execution;

  before(async () => {
    sandbox = await createZygoteSandbox();
    environment = await libraryRow(createProofTools(sandbox));
    execution = { calls: createExecutor(sandbox), episode: createEpisodeExecutor(sandbox) };
  });
  after(() => sandbox.close());

  const gold = (): Step[] =>
    environment.gold.map(({ fn, args, result }) => [fn, args as JsonObject, JSON.parse(result) as Json]);
  const rewardOf = async (steps: readonly Step[], by = execution, code = environment.code): Promise<RewardRow> => {
    const talk = steps.flatMap(([name, args, told], at) => [
      calls([`c${at}`, name, args]),
      answer(`c${at}`, JSON.stringify(told)),
    ]);
    const messages = [user('Please do it.'), ...talk, say('Done.')];
    const trajectory = { id: 'talk', environment: environment.id, messages };
    const [row] = await rewardRows(
      { environments: [{ ...environment, code } as unknown as Json], trajectories: [trajectory] },
      by,
    );
    assert.ok(row !== undefined);
    return row;
  };

  it('is 1 for the gold sequence, which tells the truth of every call', async () => {
    const row = await rewardOf(gold());

    assert.deepEqual([row.outcome, row.reward, row.recall, row.precision], ['ok', 1, 1, 1]);
    assert.equal(row.n, row.solved);
    assert.deepEqual(
      row.perCall.map(({ verdict, difference }) => [verdict, difference]),
      [
        ['changed', null],
        ['changed', null],
        ['solved', null],
      ],
    );
  });

  it('falls with what is left undone, and with what is changed beyond need', async () => {
    const whole = gold();
    const undone = await rewardOf(whole.slice(0, 1));
    const [, extend] = whole;
    assert.ok(extend !== undefined);
    const twice = await rewardOf([...whole.slice(0, 2), extend, ...whole.slice(2)]);

    assert.ok((undone.recall ?? 1) < 1 && undone.precision === 1, JSON.stringify(undone));
    assert.ok((twice.precision ?? 1) < 1, JSON.stringify(twice));
    assert.ok((undone.reward ?? 1) < 1 && (twice.reward ?? 1) < 1);
  });

  it('makes no call of what is no tool, not even of the names that read STATE', async () => {
    const row = await rewardOf([['astra_read_state', {}, {}], ...gold()]);

    assert.equal(row.perCall[0]?.verdict, 'unknown_tool');
    assert.equal(row.reward, 1);
  });

  it('finds a tool message that the call does not give', async () => {
    const whole = gold();
    const last = whole.at(-1);
    assert.ok(last !== undefined);
    const row = await rewardOf([...whole.slice(0, -1), [last[0], last[1], { total_days: 1 }]]);

    assert.match(row.perCall.at(-1)?.difference ?? '', /made again it gives/);
    assert.equal(row.reward, 1);
  });

  it('takes the arguments of a policy as they are: what refers to a result in a gold plan is text in a call', async () => {
    const [lend, extend, sum] = gold() as [Step, Step, Step];
    const row = await rewardOf([lend, [extend[0], { ...extend[1], loan_id: '$1.loan_id' }, extend[2]], sum]);

    assert.deepEqual([row.outcome, row.perCall.map(({ verdict }) => verdict)], ['ok', ['changed', 'error', 'read']]);
    assert.ok((row.reward ?? 1) < 1, JSON.stringify(row));
  });

  it('is none when nobody can read the state that the calls left', async () => {
    const code = environment.code.replace(
      '    return {"loan_id": loan_id, "days": days}',
      (line) => `    if days == 13: globals().pop("STATE")\n${line}`,
    );
    const [lend, ...rest] = gold();
    assert.ok(lend !== undefined && code !== environment.code);
    const row = await rewardOf([[lend[0], { ...lend[1], days: 13 }, lend[2]], ...rest], execution, code);

    assert.deepEqual([row.outcome, row.reward, row.recall, row.n], ['rejected:state_unreadable', null, null, null]);
    assert.match(row.detail, /^after the calls STATE cannot be read: /);
    assert.equal((await rewardOf(gold(), execution, code)).reward, 1);
  });

  it('is none when the sandbox failed', async () => {
    const row = await rewardOf(gold(), {
      ...execution,
      episode: () => Promise.reject(new SandboxError('Infra', 'the sandbox is gone')),
    });

    assert.deepEqual([row.outcome, row.reward, row.recall], ['failed:Sandbox.Infra', null, null]);
  });
});
