/**
 * What a call of a tool costs in the sandbox. All ways take turns in one run, so that their ratios hold on any machine;
 * the milliseconds are of this one, under the load that is named.
 */
import { availableParallelism, loadavg } from 'node:os';
import type { Cell } from './sandbox/cells.ts';
import { createCells } from './sandbox/cells.ts';
import { hostFigures } from './sandbox/host-figures.ts';
import { fixed, quantile, table } from './support/markdown.ts';
import { treeTime } from './support/processor-time.ts';

const rounds = Number(process.env['ASTRA_BENCH_ROUNDS'] ?? 25);
const warmUpCalls = 2;

interface Measured {
  readonly times: number[];
  seconds: number;
  /** Processor time of the bench and all below it. */
  cpuSeconds: number;
}

/** Ratios that must hold: the first cell's p50 over the second's. */
const goals: readonly { of: RegExp; over: RegExp; least?: number; most?: number }[] = [
  { of: /^python per call$/, over: /^(?:zygote|template) \S+$/, least: 7 },
  { of: /^bubblewrap and python/, over: /^(?:zygote|template) \S+$/, least: 9 },
  { of: /^zygote \S+$/, over: /^bare Python fork/, most: 1.5 },
  { of: /^template \S+$/, over: /^bare Python fork/, most: 1.5 },
  { of: /^episode \S+$/, over: /^zygote \S+$/, most: 0.25 },
  { of: /^fork of an episode/, over: /^zygote \S+$/, most: 0.25 },
  { of: /^fork of an episode/, over: /^bare fork that stays/, most: 1.5 },
];
/** p99 over p50 of one cell. */
const steadiness = { of: /^(?:zygote|template) \S+$/, most: 2.5 };

/** In steps of 10 ms, so over a round exact to some percent. */
const cpuSeconds = (): number => {
  const { own, below } = treeTime(process.pid);
  return own + below;
};

const { cells, close } = await createCells();
const loadBefore = loadavg()[0] ?? 0;
const taken = new Map<Cell, Measured>(cells.map((cell) => [cell, { times: [], seconds: 0, cpuSeconds: 0 }]));
for (let round = 0; round < rounds; round += 1) {
  for (const [cell, sum] of taken) {
    await cell.measure(warmUpCalls);
    const [started, cpuBefore] = [performance.now(), cpuSeconds()];
    sum.times.push(...(await cell.measure(cell.calls)));
    sum.seconds += (performance.now() - started) / 1000;
    sum.cpuSeconds += cpuSeconds() - cpuBefore;
  }
}
await close();

const at = (cell: Cell, part: number): number => quantile(taken.get(cell)?.times ?? [], part);
const perCall = (cell: Cell, key: 'seconds' | 'cpuSeconds'): number => {
  const sum = taken.get(cell);
  return sum ? sum[key] / sum.times.length : 0;
};
const rows = cells.map((cell) => [
  cell.name,
  fixed(at(cell, 0.5)),
  fixed(at(cell, 0.99)),
  fixed(1 / perCall(cell, 'seconds'), 0),
  fixed(perCall(cell, 'cpuSeconds') * 1000),
]);
console.log(
  [
    `One call of a 45-line tool, all ways in turn, ${rounds} rounds, all times together; ${availableParallelism()} cores, load ${fixed(loadBefore)} before and ${fixed(loadavg()[0] ?? 0)} after (the bench itself uses one to two cores).`,
    '',
    table([['one call', 'p50 ms', 'p99 ms', 'calls/s', 'CPU ms'], ...rows]),
    '',
    ...goals.flatMap(ratios),
    ...cells.filter(({ name }) => steadiness.of.test(name)).map(steady),
    '',
    ...(await hostFigures()),
  ].join('\n'),
);

function ratios({ of, over, least, most }: (typeof goals)[number]): string[] {
  const pairs = cells
    .filter((cell) => of.test(cell.name))
    .flatMap((cell) => cells.filter((other) => over.test(other.name)).map((other) => ({ cell, other })))
    .filter(({ cell, other }) => !isOtherLevel(cell, other));
  return pairs.map(({ cell, other }) => {
    const ratio = at(cell, 0.5) / at(other, 0.5);
    const goal = least === undefined ? `at most ${most}` : `at least ${least}`;
    return judged(`${cell.name} / ${other.name}`, {
      ratio,
      goal,
      isMet: ratio >= (least ?? 0) && ratio <= (most ?? Infinity),
    });
  });
}

function isOtherLevel(one: Cell, other: Cell): boolean {
  const [level, otherLevel] = [one, other].map(({ name }) => /(ns\+)?seccomp/.exec(name)?.[0]);
  return level !== undefined && otherLevel !== undefined && level !== otherLevel;
}

function steady(cell: Cell): string {
  const ratio = at(cell, 0.99) / at(cell, 0.5);
  const { most } = steadiness;
  return judged(`${cell.name}, p99 / p50`, { ratio, goal: `at most ${most}`, isMet: ratio <= most });
}

function judged(what: string, { ratio, goal, isMet }: { ratio: number; goal: string; isMet: boolean }): string {
  if (!isMet) process.exitCode = 1;
  return `- ${what}: **${fixed(ratio)}** (goal: ${goal}; ${isMet ? 'met' : 'missed'})`;
}
