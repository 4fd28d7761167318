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

const rounds = Number(process.env['ASTRA_BENCH_ROUNDS'] ?? 5);
const warmUpCalls = 5;

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  /** Processor time of the bench and all below it, per call. */
  readonly cpuMs: number;
}

/** Ratios that must hold: the first cell's p50 over the second's. */
const goals: readonly { of: RegExp; over: RegExp; least?: number; most?: number }[] = [
  { of: /^python per call$/, over: /^zygote \S+$/, least: 7 },
  { of: /^bubblewrap and python/, over: /^zygote \S+$/, least: 9 },
  { of: /^zygote \S+$/, over: /^bare Python fork/, most: 1.5 },
];

/** In steps of 10 ms, so over a round exact to some percent. */
const cpuSeconds = (): number => {
  const { own, below } = treeTime(process.pid);
  return own + below;
};

const { cells, close } = await createCells();
const loadBefore = loadavg()[0] ?? 0;
const taken = new Map<Cell, Measured[]>(cells.map((cell) => [cell, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const cell of cells) {
    await cell.measure(warmUpCalls);
    const [started, cpuBefore] = [performance.now(), cpuSeconds()];
    const times = await cell.measure(cell.calls);
    const seconds = (performance.now() - started) / 1000;
    taken.get(cell)?.push({
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      perSecond: times.length / seconds,
      cpuMs: ((cpuSeconds() - cpuBefore) * 1000) / times.length,
    });
  }
}
await close();

const median = (cell: Cell, key: keyof Measured): number =>
  quantile(
    (taken.get(cell) ?? []).map((one) => one[key]),
    0.5,
  );
const rows = cells.map((cell) => [
  cell.name,
  fixed(median(cell, 'p50')),
  fixed(median(cell, 'p99')),
  fixed(median(cell, 'perSecond'), 0),
  fixed(median(cell, 'cpuMs')),
]);
console.log(
  [
    `One call of a 45-line tool, ${rounds} rounds in turn, medians of the rounds; ${availableParallelism()} cores, load ${fixed(loadBefore)} before and ${fixed(loadavg()[0] ?? 0)} after (the bench itself uses one to two cores).`,
    '',
    table([['one call', 'p50 ms', 'p99 ms', 'calls/s', 'CPU ms'], ...rows]),
    '',
    ...goals.flatMap(ratios),
    '',
    ...(await hostFigures()),
  ].join('\n'),
);

function ratios({ of, over, least, most }: (typeof goals)[number]): string[] {
  const pairs = cells
    .filter((cell) => of.test(cell.name))
    .flatMap((cell) => cells.filter((other) => over.test(other.name)).map((other) => ({ cell, other })));
  return pairs.map(({ cell, other }) => {
    const ratio = median(cell, 'p50') / median(other, 'p50');
    const isMet = ratio >= (least ?? 0) && ratio <= (most ?? Number.POSITIVE_INFINITY);
    if (!isMet) process.exitCode = 1;
    const goal = least === undefined ? `at most ${most}` : `at least ${least}`;
    return `- ${cell.name} / ${other.name}: **${fixed(ratio)}** (goal: ${goal}; ${isMet ? 'met' : 'missed'})`;
  });
}
