/**
 * Which environment a group plays (ours): passes over all of them, each in a new seeded order, counted by group number.
 * So a group's task does not depend on which groups ended before it.
 */
import { seededInt, seededRng, shuffle } from '../random.ts';

/** Index of the environment that a group plays, among `tasks`; throws RangeError when there is none. */
export function taskOfGroup(tasks: number, seed: string, group: number): number {
  if (tasks < 1) throw new RangeError('there is no environment to train on');
  const pass = Math.floor(group / tasks);
  const order = shuffle(
    seededRng(`${seed}/pass/${pass}`),
    Array.from({ length: tasks }, (_, at) => at),
  );
  return order[group % tasks] ?? 0;
}

/** Seed of one turn of a rollout; equal places draw equal tokens from equal weights. */
export function turnSeed(place: string, rollout: number): (turn: number) => number {
  return (turn) => seededInt(`${place}/rollout/${rollout}/turn/${turn}`);
}
