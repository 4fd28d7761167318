import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { createContext } from '../../src/cli/command-context.ts';
import { UnreachableError } from '../../src/cli/exit-codes.ts';
import { type Followed, follow } from '../../src/cli/follow.ts';
import type { RunProgress } from '../../src/cli/progress-view.ts';

const seen = (status: RunProgress['status'], phase: string): Followed<string> => ({
  report: status,
  progress: {
    run: 'r',
    phase,
    status,
    note: null,
    offlineTeacher: false,
    elapsedSeconds: 1,
    remainingSeconds: null,
    stages: [],
    spend: { calls: 0, cachedCalls: 0, promptTokens: 0, completionTokens: 0, cost: 0 },
    parked: [],
  },
});

function contextThat(interrupted: AbortSignal): { context: ReturnType<typeof createContext>; lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString().trimEnd());
      done();
    },
  });
  const terminal = { stdout: stream, stderr: stream, interrupted, finish: () => undefined };
  return { context: createContext(terminal, {}), lines };
}

describe('follow', () => {
  it('prints a line when something changed, and returns the end', async () => {
    const { context, lines } = contextThat(new AbortController().signal);
    const reads = [seen('running', 'planning'), seen('running', 'planning'), seen('completed', 'ended')];

    const end = await follow(context, async () => reads.shift() ?? assert.fail('read past the end'), 1);

    assert.equal(end?.report, 'completed');
    assert.deepEqual(lines, [
      'r: planning, running | 0 calls (0 from the record), 0 tokens, cost 0.00',
      'r: ended, completed | 0 calls (0 from the record), 0 tokens, cost 0.00',
    ]);
  });

  it('leaves the run alone when it is interrupted', async () => {
    const controller = new AbortController();
    const { context } = contextThat(controller.signal);

    const end = await follow(
      context,
      async () => {
        controller.abort();
        return seen('running', 'planning');
      },
      1,
    );

    assert.equal(end, undefined);
  });

  it('sits out a store that is away for a moment', async () => {
    const { context } = contextThat(new AbortController().signal);
    let reads = 0;

    const end = await follow(
      context,
      async () => {
        reads += 1;
        if (reads === 1) throw new UnreachableError('restarting');
        return seen('failed', 'ended');
      },
      1,
    );

    assert.equal(end?.report, 'failed');
  });
});
