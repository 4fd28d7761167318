/** Task construction by hand, in memory: each task has its original alone, and every variant passes. */
import type { TaskStoreActivities } from '../../src/activities/store/task-contract.ts';
import type { FakeWorld } from './fake-activities.ts';

export function fakeTaskStore(world: () => FakeWorld, note: (text: string) => void): TaskStoreActivities {
  return {
    planTasks: () => Promise.resolve((note('plan tasks'), { tasks: world().tasks.length })),
    recordTask({ id, reply, augmentations }) {
      const whys = augmentations.flatMap(({ why }) => why ?? []);
      note(
        `record task ${id} ${reply === null ? 'given' : 'written'} asked=${augmentations.length} [${whys.join('; ')}]`,
      );
      world().closed.set(id, 'ok');
      return Promise.resolve({ outcome: { status: 'ok' }, variants: 1 });
    },
    recordVariant({ id, withoutTools }) {
      note(`record variant ${id}${withoutTools === null ? '' : ' measured'}`);
      world().closed.set(id, 'ok');
      return Promise.resolve({ outcome: { status: 'ok' }, scripts: [] });
    },
    recordScripts({ id, scripts }) {
      note(`record scripts ${id} ${scripts.map(({ n, kind, why }) => `${n}:${kind}:${why ?? 'told'}`).join(' ')}`);
      world().closed.set(id, 'ok');
      return Promise.resolve({ status: 'ok' });
    },
    selectTasks: () =>
      Promise.resolve((note('select tasks'), { kept: world().variants.length, duplicates: 0, episodes: 0 })),
  };
}
