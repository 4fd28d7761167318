import type { HostState } from '../../../bench/sandbox/soak.ts';

/** The interpreter's heap and Node's breathe; what leaks grows with the calls. */
const breathMb = 16;

/** What was more at the end of a run than early in it. Memory: mean of the last third against the first. */
export function grown(states: readonly HostState[]): string[] {
  const third = Math.max(1, Math.floor(states.length / 3));
  const parts = { early: states.slice(0, third), late: states.slice(-third) };
  const most = (part: 'early' | 'late', of: (state: HostState) => number) => Math.max(...parts[part].map(of));
  const mean = (part: 'early' | 'late', of: (state: HostState) => number) =>
    parts[part].reduce((sum, state) => sum + of(state), 0) / third;
  const counted = (['processes', 'descriptors', 'temporaryFiles'] as const)
    .map((name) => [name, most('early', (state) => state[name]), most('late', (state) => state[name])] as const)
    .filter(([, early, late]) => late > early);
  const measured = (['sandboxMb', 'nodeMb'] as const)
    .map((name) => [name, mean('early', (state) => state[name]), mean('late', (state) => state[name])] as const)
    .filter(([, early, late]) => late > early * 1.1 + breathMb);
  return [...counted, ...measured].map(
    ([name, early, late]) => `${name} grew from ${early.toFixed(0)} to ${late.toFixed(0)}`,
  );
}
