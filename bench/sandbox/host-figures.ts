/** Figures of the sandbox that are not a latency of calls: start, restart, memory, how late a limit strikes. */
import type { Episode } from '../../src/activities/sandbox/contract.ts';
import { fitness } from '../../src/activities/sandbox/doctor.ts';
import { zygoteLaunch } from '../../src/activities/sandbox/launch.ts';
import { Zygote } from '../../src/activities/sandbox/zygote.ts';
import { createZygoteSandbox } from '../../src/activities/sandbox/zygote-pool.ts';
import { fixed, quantile } from '../support/markdown.ts';
import { processTree, pssKb, startedAt } from '../support/process-tree.ts';
import { tool } from './cells.ts';

const starts = 10;
const kills = 10;
const cpuLimitMs = 100;

export async function hostFigures(): Promise<string[]> {
  const fit = await fitness();
  const times: number[] = [];
  const memory: number[] = [];
  for (let i = 0; i < starts; i += 1) {
    const started = performance.now();
    const { zygote } = await Zygote.start(zygoteLaunch(fit.python, { ...fit, hashSeed: 0 }));
    times.push(performance.now() - started);
    memory.push(pssKb(processTree(zygote.pid ?? 0)));
    await zygote.stop();
  }
  const late = await lateness();
  const episodes = await liveEpisodes();
  const lost = await afterLoss();
  return [
    `- Zygote at level ${fit.level}: ready after ${fixed(quantile(times, 0.5), 0)} ms (slowest of ${starts}: ${fixed(Math.max(...times), 0)}), ${fixed(quantile(memory, 0.5) / 1024, 1)} MB PSS with the child that waits.`,
    `- An endless loop under ${cpuLimitMs} ms of CPU time used ${fixed(quantile(late, 0.5), 1)} ms more, ${fixed(Math.max(...late), 1)} at worst of ${kills}.`,
    `- ${episodes.count} live episodes after a call of each, half of them forks: ${fixed(episodes.mb, 0)} MB PSS together, ${fixed(episodes.mb / episodes.count, 2)} MB each (goal: at most 2048 MB for 1000).`,
    `- A zygote killed in mid-call: ${fixed(quantile(lost, 0.5), 0)} ms to the next answer, ${fixed(Math.max(...lost), 0)} at worst of ${kills} (goal: 100 on a quiet machine).`,
  ];
}

async function liveEpisodes(): Promise<{ count: number; mb: number }> {
  const count = 1_000;
  const sandbox = await createZygoteSandbox({ size: 1, episodes: count });
  try {
    const env = await sandbox.load(tool.code);
    const opened: Episode[] = [];
    for (let i = 0; i < count / 2; i += 1) opened.push(await sandbox.open(env, { seed: String(i) }));
    for (const one of opened) await called(one);
    const doubles = (await opened.at(-1)?.fork(count / 2)) ?? [];
    for (const one of doubles) await called(one);
    const below = processTree(process.pid).filter((pid) => pid !== process.pid);
    return { count: opened.length + doubles.length, mb: pssKb(below) / 1024 };
  } finally {
    await sandbox.close();
  }
}

async function called(episode: Episode): Promise<void> {
  const { status } = await episode.call(tool.fn, { origin: 'OSL', destination: 'ARN', days: 28 });
  if (status !== 'ok') throw new Error(`an episode answered ${status}`);
}

/** From the kill of the zygote at work, in the middle of a call, to the answer of a call made when that one was lost. */
async function afterLoss(): Promise<number[]> {
  const sandbox = await createZygoteSandbox({ size: 1, templates: 0 });
  try {
    const env = await sandbox.load('import threading\ndef f(wait):\n  return threading.Event().wait() if wait else 1');
    const times: number[] = [];
    for (let i = 0; i < kills; i += 1) {
      // Enough for a zygote in reserve, and time for it to start.
      for (let call = 0; call < 40; call += 1) await sandbox.call(env, 'f', { wait: false });
      await new Promise((resolve) => setTimeout(resolve, 500));
      const running = sandbox.call(env, 'f', { wait: true }, { wallMs: 60_000 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      const started = performance.now();
      killAtWork();
      const { status } = await running;
      const next = await sandbox.call(env, 'f', { wait: false });
      times.push(performance.now() - started);
      if (status !== 'infra' || next.value !== 1) throw new Error(`got ${status}, then ${next.status}`);
    }
    return times;
  } finally {
    await sandbox.close();
  }
}

/** The zygote at work: the reserve was started after it. */
function killAtWork(): void {
  const [first = 0] = processTree(process.pid)
    .filter((pid) => pid !== process.pid)
    .toSorted((a, b) => startedAt(a) - startedAt(b) || a - b);
  for (const pid of processTree(first)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with its parent, which was killed a moment ago.
    }
  }
}

async function lateness(): Promise<number[]> {
  const sandbox = await createZygoteSandbox({ size: 1 });
  try {
    const env = await sandbox.load('def f():\n  while True: pass');
    const late: number[] = [];
    for (let i = 0; i < kills; i += 1) {
      const { usage } = await sandbox.call(env, 'f', {}, { cpuMs: cpuLimitMs, wallMs: 60_000 });
      late.push(usage.cpuMs - cpuLimitMs);
    }
    return late;
  } finally {
    await sandbox.close();
  }
}
