/**
 * A stored group without its policy (ours): what the policy said holds its calls, so each is made again, and what it was
 * told and how it was scored must come out as stored. Part of `astra audit`.
 */
import type { ExecutedCall } from '../../domain/reward/trajectory-reward.ts';
import type { Rollout, RolloutGroup } from '../../domain/rl/schema.ts';
import { readTurn, shownObservation } from '../../domain/rl/tool-text.ts';
import { type Occasion, prepareTask, type TaskTools } from './prepare-task.ts';
import type { TaskRoom } from './task-room.ts';
import { makeCall } from './written-calls.ts';

/** What differs, in words; empty when nothing does. Rollouts that said the same are played once. */
export async function replayGroup(
  tools: TaskTools,
  occasion: Required<Occasion>,
  body: RolloutGroup,
): Promise<string[]> {
  if (occasion.toolsMissing !== body.toolsMissing)
    return [`its tools are ${occasion.toolsMissing ? '' : 'not '}missing by the seed, recorded the opposite`];
  const { shown, openRoom } = await prepareTask(tools, occasion);
  if (shown.join() !== body.shown.join())
    return [`by the seed it lists ${shown.join()}, recorded ${body.shown.join()}`];
  const alike = Map.groupBy(body.rollouts, ({ said }) => JSON.stringify(said));
  const faults = await Promise.all(
    [...alike.values()].map(async (same) => {
      const room = openRoom();
      try {
        return await rolloutFaults(room, same);
      } finally {
        room.close();
      }
    }),
  );
  return faults.flat();
}

async function rolloutFaults(room: TaskRoom, same: readonly Rollout[]): Promise<string[]> {
  const [first] = same;
  if (first === undefined) return [];
  const again = await playAgain(room, first);
  if ('fault' in again) return [`rollout ${first.no}: ${again.fault}`];
  const { stop, said } = first;
  const lastWords = stop === 'answer' ? readTurn(said.at(-1)?.text ?? '').content : '';
  const outcome = await room.score(again.calls, lastWords);
  if (outcome.status !== 'scored') return [`rollout ${first.no}: ${outcome.detail}`];
  const { n, solved, calls, recall, precision, reward } = outcome;
  return same.flatMap(({ no, score }) => {
    const isSame =
      score.n === n &&
      score.solved === solved &&
      score.calls === calls &&
      score.recall === recall &&
      score.precision === precision &&
      score.f1 === reward;
    return isSame ? [] : [`rollout ${no}: its calls give F1 ${reward} (${solved} of ${n}), recorded ${score.f1}`];
  });
}

async function playAgain(
  room: TaskRoom,
  { said }: Rollout,
): Promise<{ readonly calls: readonly ExecutedCall[] } | { readonly fault: string }> {
  const calls: ExecutedCall[] = [];
  const told = said.filter(({ role }) => role === 'tool');
  for (const { text } of said.filter(({ role }) => role === 'assistant'))
    for (const written of readTurn(text).calls) {
      const made = await makeCall(room, `call_${calls.length + 1}`, written);
      if ('lost' in made) return { fault: `call ${calls.length + 1} cannot be made again: ${made.lost}` };
      const heard = told[calls.length];
      calls.push(made.executed);
      // What was called in a turn that was cut off was told to nobody.
      const observation = shownObservation(made.observation);
      if (heard !== undefined && heard.text !== observation)
        return {
          fault: `call ${calls.length} gives ${observation.slice(0, 120)}, recorded ${heard.text.slice(0, 120)}`,
        };
    }
  return { calls };
}
