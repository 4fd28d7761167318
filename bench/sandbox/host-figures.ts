/** Figures of the sandbox that are not a latency of calls: start, restart, memory, how late a limit strikes. */
import { fitness } from '../../src/activities/sandbox/doctor.ts';
import { zygoteLaunch } from '../../src/activities/sandbox/launch.ts';
import { Zygote } from '../../src/activities/sandbox/zygote.ts';
import { createZygoteSandbox } from '../../src/activities/sandbox/zygote-pool.ts';
import { fixed, quantile } from '../support/markdown.ts';
import { processTree, pssKb } from '../support/process-tree.ts';

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
  return [
    `- Zygote at level ${fit.level}: ready after ${fixed(quantile(times, 0.5), 0)} ms (slowest of ${starts}: ${fixed(Math.max(...times), 0)}), ${fixed(quantile(memory, 0.5) / 1024, 1)} MB PSS with the child that waits.`,
    `- An endless loop under ${cpuLimitMs} ms of CPU time used ${fixed(quantile(late, 0.5), 1)} ms more, ${fixed(Math.max(...late), 1)} at worst of ${kills}.`,
  ];
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
