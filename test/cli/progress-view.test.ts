import assert from 'node:assert/strict';
import { progressLine, progressLines, type RunProgress } from '../../src/cli/progress-view.ts';

const progress: RunProgress = {
  run: 'demo-761ade81',
  phase: 'environments',
  status: 'running',
  note: null,
  offlineTeacher: true,
  elapsedSeconds: 65,
  remainingSeconds: 130,
  stages: [
    { name: 'questions', total: 15, ok: 13, rejected: 1, failed: 1, perMinute: 14.2, tools: null },
    { name: 'environments', total: null, ok: 2, rejected: 0, failed: 0, perMinute: null, tools: null },
  ],
  spend: { calls: 312, cachedCalls: 40, promptTokens: 200_000, completionTokens: 14_300, cost: 0 },
  parked: [],
};
const plain = (_style: unknown, text: string): string => text;

describe('progressLines', () => {
  it('draws a head, a bar for each stage and what was spent', () => {
    assert.deepEqual(progressLines(progress, plain, 80), [
      'demo-761ade81  environments  running  1:05  offline teacher (stand-in, no model)',
      'questions     ██████████     15/15  13 ok  1 rejected  1 failed  14/min',
      'environments  ░░░░░░░░░░       2/?  2 ok  0 rejected  0 failed',
      '312 calls (40 from the record), 214k tokens, cost 0.00, about 2:10 left',
    ]);
  });

  it('names every parked queue with its reason', () => {
    const parked = [{ queue: 'astra-llm-judge', reason: 'Provider.Auth: the key is refused' }];

    const lines = progressLines({ ...progress, parked }, plain, 80);

    assert.equal(lines.at(-1), 'parked: astra-llm-judge: Provider.Auth: the key is refused');
  });

  it('says what to type while the run waits for a person', () => {
    const lastLine = (status: RunProgress['status']): string | undefined =>
      progressLines({ ...progress, status }, plain, 80).at(-1);

    assert.equal(lastLine('paused'), 'astra resume demo-761ade81');
    assert.equal(
      lastLine('awaiting_approval'),
      'astra approve demo-761ade81 environments   or   astra reject demo-761ade81 environments --reason TEXT',
    );
    assert.equal(lastLine('awaiting_correction'), 'mend the cause, then: astra resume demo-761ade81 --note TEXT');
  });

  it('does not speak of the offline teacher when a model answers', () => {
    const text = progressLines({ ...progress, offlineTeacher: false }, plain, 80).join('\n');

    assert.ok(!text.includes('teacher'), text);
  });

  it('shows proven tools while no environment is whole', () => {
    const tools = { proven: 11, needed: 40 };
    const stage = { name: 'environments', total: 8, ok: 0, rejected: 0, failed: 0, perMinute: null, tools };

    const [, line] = progressLines({ ...progress, stages: [stage] }, plain, 80);

    assert.equal(line, 'environments  ███░░░░░░░       0/8  0 ok  0 rejected  0 failed  11/40 tools proven');
    assert.match(
      progressLine({ ...progress, stages: [stage] }),
      / environments 0\/8 \(0 ok, 0 rejected, 0 failed, 11\/40 tools proven\) /,
    );
  });

  it('never draws a bar longer than its frame', () => {
    const stage = { name: 'questions', total: 2, ok: 3, rejected: 0, failed: 0, perMinute: null, tools: null };

    const [, line] = progressLines({ ...progress, stages: [stage] }, plain, 80);

    assert.equal(line, 'questions     ██████████       3/2  3 ok  0 rejected  0 failed');
  });
});

describe('progressLine', () => {
  it('says the same in one line for logs', () => {
    assert.equal(
      progressLine({ ...progress, note: 'waiting for the endpoint' }),
      'demo-761ade81: environments, running | questions 15/15 (13 ok, 1 rejected, 1 failed) | environments 2/? (2 ok, 0 rejected, 0 failed) | 312 calls (40 from the record), 214k tokens, cost 0.00, about 2:10 left | waiting for the endpoint | offline teacher (stand-in, no model)',
    );
  });
});
