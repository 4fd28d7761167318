/** Processes below one, and what they hold, from Linux's /proc. A process that ends meanwhile counts as nothing. */
import { readdirSync, readFileSync } from 'node:fs';

/** This process and all below it, but for `others` and what is below those. */
export function processTree(root: number, others: ReadonlySet<number> = new Set()): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isBelow = (pid: number): boolean =>
    !others.has(pid) && (pid === root || (parents.has(pid) && isBelow(parents.get(pid) ?? 0)));
  return [...parents.keys()].filter(isBelow);
}

/** Clock ticks from the start of the machine to that of the process; 0 when it has ended. */
export function startedAt(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}

/** Proportional set size: shared pages count in parts, so that the sum over processes is what they take together. */
export function pssKb(pids: readonly number[]): number {
  const pss = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return pids.reduce((sum, pid) => sum + pss(pid), 0);
}

/** Open descriptors of all of them together. */
export function descriptors(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + list(`/proc/${pid}/fd`).length, 0);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
