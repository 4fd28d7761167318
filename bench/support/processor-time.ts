/** Processor time of process trees, from Linux's /proc: what a process used itself, and what its ended children used. */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: the unit of /proc/<pid>/stat, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface ProcessStat {
  readonly parent: number;
  /** Seconds in user and kernel mode, all threads. */
  readonly own: number;
  /** The same of children that have ended and were waited for. */
  readonly ended: number;
}

/** Processor time of one process and of everything below it, in seconds since their start. */
export interface TreeTime {
  readonly own: number;
  readonly below: number;
}

/** Of one process; zero when nothing runs under the pid. */
export function treeTime(pid: number): TreeTime {
  const all = readProcesses();
  const root = all.get(pid);
  if (root === undefined) return { own: 0, below: 0 };
  let below = root.ended;
  const queue = [pid];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const [child, stat] of all) {
      if (stat.parent !== parent) continue;
      below += stat.own + stat.ended;
      queue.push(child);
    }
  }
  return { own: root.own, below };
}

function readProcesses(): ReadonlyMap<number, ProcessStat> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => readStat(Number(pid))));
}

function readStat(pid: number): [number, ProcessStat][] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return []; // it ended between the listing and now
  }
  // The name in brackets may hold anything. After it: state, parent; utime, stime, cutime, cstime are fields 14 to 17.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (field: number): number => Number(fields[field - 3]) / ticksPerSecond;
  return [[pid, { parent: Number(fields[1]), own: seconds(14) + seconds(15), ended: seconds(16) + seconds(17) }]];
}
