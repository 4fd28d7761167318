/** What the dataset card says of environments with state (ours); nothing when there are none. */
import { mean } from '../statistics.ts';
import { table } from './card-text.ts';
import type { CountedStateful } from './stateful-rows.ts';

/** What they are, in one paragraph. */
export function statefulIntroduction(stateful: readonly CountedStateful[]): string[] {
  if (stateful.length === 0) return [];
  return [
    `${stateful.length} tasks with state: a set of tools over one \`STATE\`, a gold sequence of calls, and a goal on the final state beside the answers. Each gold sequence was run twice with equal results and states; without any one of its calls, or in an order that breaks a dependency, the goal is missed.`,
  ];
}

/** Their figures as a table. */
export function statefulFigures(stateful: readonly CountedStateful[]): string[] {
  if (stateful.length === 0) return [];
  const average = (value: (one: CountedStateful) => number): string => (mean(stateful.map(value)) ?? 0).toFixed(2);
  return [
    table(
      ['figure of tasks with state', 'value'],
      [
        ['tasks', String(stateful.length)],
        ['tools per task', average((one) => one.tools)],
        ['gold calls per task', average((one) => one.calls)],
        ['dependencies between calls per task', average((one) => one.dependencies)],
        ['goal assertions and answers per task', average((one) => one.checks)],
      ],
    ),
  ];
}
