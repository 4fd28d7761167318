import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CompletionOrder, SampledTurn, Sampler } from '../../../src/activities/trainer/backend.ts';
import { type PlayEnd, type PlayRule, playRollouts } from '../../../src/activities/trainer/rollout-jobs.ts';
import type { TaskRoom } from '../../../src/activities/trainer/task-room.ts';
import { isHistory, trajectoryFault } from '../../../src/domain/rl/token-trajectory.ts';

/** What a policy does in a turn: tokens that no encoding of the text gives, so many calls, and whether it is cut off. */
interface Said {
  readonly tokens: readonly number[];
  readonly calls: number;
  readonly isCut: boolean;
}

const said: fc.Arbitrary<Said> = fc.record({
  tokens: fc.array(fc.integer({ min: 5_000, max: 9_000 }), { minLength: 1, maxLength: 6 }),
  calls: fc.nat(2),
  isCut: fc.boolean(),
});
const script = fc.record({
  prompt: fc.array(fc.nat(100), { minLength: 1, maxLength: 5 }),
  turns: fc.array(said, { minLength: 1, maxLength: 6 }),
});
type Script = typeof script extends fc.Arbitrary<infer T> ? T : never;

const rule: PlayRule = {
  model: 'run-v3',
  temperature: 1,
  maxTurnTokens: 8,
  maxResponseTokens: 10_000,
  maxTurns: 32,
  stopWhenSolved: false,
  deadlineMs: 1_000,
};
const callText = '<tool_call>{"name": "look", "arguments": {"at": 1}}</tool_call>';
const bridgeOf = (count: number): number[] => [201, ...Array.from({ length: count }, () => 202), 203];

const room: TaskRoom = {
  call: () => Promise.resolve({ status: 'made', run: null, text: 'nothing there' }),
  score: () => Promise.reject(new Error('nobody scores here')),
  isSolved: () => Promise.resolve(false),
  close: () => undefined,
};

interface Heard {
  readonly sampler: Sampler;
  /** Prompts of each job, in order. */
  readonly prompts: Map<number, (readonly number[])[]>;
}

/** A policy that follows a script per job; seeds name job and turn. Rendering a history again is a failure. */
function scripted(scripts: readonly Script[]): Heard {
  const prompts = new Map<number, (readonly number[])[]>();
  const turnOf = (seed: number): Said => {
    const turn = scripts[Math.trunc(seed / 100)]?.turns[seed % 100];
    return turn ?? { tokens: [4_999], calls: 0, isCut: false };
  };
  const answer = (seed: number, prompt: readonly number[]): SampledTurn => {
    const job = Math.trunc(seed / 100);
    prompts.set(job, [...(prompts.get(job) ?? []), prompt]);
    const { tokens, calls, isCut } = turnOf(seed);
    const text = calls === 0 ? 'done' : callText.repeat(calls);
    const logprobs = tokens.map((token) => -token / 10_000);
    return { tokens: [...tokens], logprobs, text, finish: isCut ? 'length' : 'stop', policy: 'run-v3' };
  };
  const sampler: Sampler = {
    contextOf: () => Promise.resolve(100_000),
    render: () => Promise.reject(new Error('a history was rendered again')),
    bridge: (_model, messages) => Promise.resolve(bridgeOf(messages.length)),
    complete: ({ prompts: asked, seeds }: CompletionOrder) =>
      Promise.resolve(asked.map((prompt, at) => answer(seeds[at] ?? 0, prompt))),
  };
  return { sampler, prompts };
}

function play(scripts: readonly Script[], { sampler }: Heard): Promise<PlayEnd[]> {
  const jobs = scripts.map(({ prompt }, no) => ({ no, room, prompt, seedOf: (turn: number) => no * 100 + turn }));
  return playRollouts({ sampler, now: () => 0, signal: undefined }, rule, jobs);
}

/** The prompts that a script must lead to: each the one before it, its completion and the bridge; and the whole. */
function expectedOf({ prompt, turns }: Script): { prompts: number[][]; whole: number[]; sampled: number[] } {
  const prompts: number[][] = [];
  const sampled: number[] = [];
  let whole = [...prompt];
  for (const { tokens, calls, isCut } of [...turns, { tokens: [4_999], calls: 0, isCut: false }]) {
    prompts.push([...whole]);
    whole = [...whole, ...tokens];
    sampled.push(...tokens);
    if (isCut || calls === 0) break;
    whole = [...whole, ...bridgeOf(calls)];
  }
  return { prompts, whole, sampled };
}

describe('the turns of a rollout', () => {
  it('extend its prompt by what was sampled and the bridge, byte for byte, and are trained exactly where sampled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: 3 }), async (scripts) => {
        const heard = scripted(scripts);
        const ends = await play(scripts, heard);
        scripts.forEach((one, no) => {
          const { prompts, whole, sampled } = expectedOf(one);
          const end = ends[no];
          assert.ok(end !== undefined && 'played' in end, 'nothing is lost');
          const { tokens, mask, logprobs, turns } = end.played.trajectory;
          assert.deepEqual(heard.prompts.get(no), prompts);
          assert.deepEqual(tokens, whole);
          assert.deepEqual(
            tokens.filter((_, at) => mask[at] === 1),
            sampled,
          );
          assert.deepEqual(
            logprobs.filter((_, at) => mask[at] === 1),
            sampled.map((token) => -token / 10_000),
          );
          const stored = { tokens: [...tokens], mask: [...mask], logprobs: [...logprobs], turns: [...turns] };
          assert.equal(trajectoryFault(stored), undefined);
        });
      }),
    );
  });

  it('are found out where somebody encodes their text again', async () => {
    const scripts = [{ prompt: [1, 2], turns: [{ tokens: [7_000, 7_001], calls: 1, isCut: false }] }];
    const [end] = await play(scripts, scripted(scripts));
    assert.ok(end !== undefined && 'played' in end, 'it is played');
    const { trajectory } = end.played;
    const again = [1, 2, ...Buffer.from(callText), ...bridgeOf(1), 4_999];

    assert.equal(isHistory(trajectory, [1, 2, 7_000, 7_001, ...bridgeOf(1), 4_999]), true);
    assert.equal(isHistory(trajectory, again), false);
  });
});
