/** Watching a run until it ends or the watcher leaves: drawn over on a terminal, plain lines on change elsewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogUpdate } from 'log-update';
import type { CommandContext } from './command-context.ts';
import { isUnreachable } from './exit-codes.ts';
import { progressLine, progressLines, type RunProgress } from './progress-view.ts';

const intervalMs = { live: 500, plain: 2_000 };
/** A store that restarts comes back within seconds; after this long the watcher is told. */
const patienceMs = 60_000;

const finalStatuses: readonly string[] = ['completed', 'failed', 'cancelled'];

export interface Followed<Report> {
  readonly report: Report;
  readonly progress: RunProgress;
}

/** The last report once the run has ended, or undefined when Ctrl-C detached the watcher: the run goes on. */
export async function follow<Report>(
  context: CommandContext,
  read: () => Promise<Followed<Report>>,
  everyMs = context.output.live ? intervalMs.live : intervalMs.plain,
): Promise<Followed<Report> | undefined> {
  const { output, interrupted } = context;
  const draw = output.live ? liveView(context) : plainView(context);
  let lastSeen = Date.now();
  try {
    while (!interrupted.aborted) {
      const seen = await read().catch((error: unknown) => {
        if (!isUnreachable(error) || Date.now() - lastSeen > patienceMs) throw error;
        return undefined;
      });
      if (seen !== undefined) {
        lastSeen = Date.now();
        draw.show(seen.progress);
      }
      if (seen !== undefined && finalStatuses.includes(seen.progress.status)) return seen;
      await pause(everyMs, interrupted);
    }
    return undefined;
  } finally {
    draw.done();
  }
}

interface View {
  show(progress: RunProgress): void;
  done(): void;
}

function liveView({ output, stdout }: CommandContext): View {
  const update = createLogUpdate(stdout);
  return {
    show: (progress) => update(progressLines(progress, output.paint, output.columns).join('\n')),
    done: () => update.done(),
  };
}

function plainView({ output }: CommandContext): View {
  let last = '';
  return {
    show(progress) {
      const line = progressLine(progress);
      // The time left changes with every look; only news is worth a line.
      const news = line.replace(/, about [\d:]+ left/, '');
      if (news !== last) output.line(line);
      last = news;
    },
    done: () => undefined,
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined); // an abort ends the wait; the loop looks at the signal
}
