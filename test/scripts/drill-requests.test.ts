import assert from 'node:assert/strict';
import { checkRequests, type RequestEvidence } from '../../scripts/drill/requests.ts';
import { readTeacherLog } from '../../scripts/drill/teacher-log.ts';

const line = (event: 'asked' | 'answered' | 'probed', hash: string, second: number): string => {
  const [name, prompt] = event === 'probed' ? ['asked', 'other'] : [event, 'environment/tool-call'];
  return JSON.stringify({ event: name, hash, prompt, seed: 1, at: new Date(second * 1_000).toISOString() });
};

const evidence = (log: readonly string[], more: Partial<RequestEvidence> = {}): RequestEvidence => ({
  exchanges: readTeacherLog(`${log.join('\n')}\n`),
  calls: [],
  kills: [],
  latencyMs: 250,
  ...more,
});

describe('the requests of a drill', () => {
  it('are counted by how often each was seen, the probes of closed queues apart', () => {
    const log = [line('asked', 'a', 1), line('asked', 'b', 2), line('asked', 'a', 90), line('probed', 'p', 3)];
    const { requests, probes, timesSeen } = checkRequests(evidence(log));
    assert.deepEqual({ requests, probes, timesSeen }, { requests: 3, probes: 1, timesSeen: { 1: 1, 2: 1 } });
  });

  it('may be repeated when something was killed between arrival and record', () => {
    const log = [line('asked', 'a', 10), line('asked', 'a', 70), line('answered', 'a', 71)];
    const kill = { part: 'worker', at: 10_100 } as const;
    const { repeats } = checkRequests(evidence(log, { kills: [kill], calls: [{ hash: 'a', at: 71_010 }] }));
    const times = { askedAt: 10_000, askedAgainAt: 70_000 };
    assert.deepEqual(repeats, [{ hash: 'a', prompt: 'environment/tool-call', ...times, kill, afterRecord: false }]);
  });

  it('are not excused by a kill before the claim or long after the answer', () => {
    const log = [line('asked', 'a', 10), line('answered', 'a', 11), line('asked', 'a', 70)];
    for (const at of [8_900, 13_100, 60_000]) {
      const { repeats } = checkRequests(evidence(log, { kills: [{ part: 'postgres', at }] }));
      assert.equal(repeats[0]?.kill, null, String(at));
    }
    const { repeats } = checkRequests(evidence(log, { kills: [{ part: 'postgres', at: 12_900 }] }));
    assert.equal(repeats[0]?.kill?.part, 'postgres');
  });

  it('are a defect when the answer was on record, whatever was killed', () => {
    const log = [line('asked', 'a', 10), line('answered', 'a', 11), line('asked', 'a', 70)];
    const { repeats } = checkRequests(
      evidence(log, { kills: [{ part: 'worker', at: 11_500 }], calls: [{ hash: 'a', at: 11_100 }] }),
    );
    assert.equal(repeats[0]?.afterRecord, true);
  });

  it('and records belong together, one to one', () => {
    const { unrecorded, unasked } = checkRequests(
      evidence([line('asked', 'a', 1), line('asked', 'b', 1)], {
        calls: [
          { hash: 'b', at: 2_000 },
          { hash: 'c', at: 2_000 },
        ],
      }),
    );
    assert.deepEqual({ unrecorded, unasked }, { unrecorded: ['a'], unasked: ['c'] });
  });
});

describe("the teacher's log", () => {
  it('gives an answer to the youngest open request of its hash', () => {
    const log = [line('asked', 'a', 1), line('asked', 'a', 60), line('answered', 'a', 61)].join('\n');
    assert.deepEqual(
      readTeacherLog(log).map(({ answeredAt }) => answeredAt),
      [null, 61_000],
    );
  });

  it('is refused with its line when it is torn or answers what nobody asked', () => {
    assert.throws(() => readTeacherLog(`${line('asked', 'a', 1)}\n{"event":"ask`), /line 2: expected an event as JSON/);
    assert.throws(() => readTeacherLog(line('answered', 'a', 1)), /line 1: an answer to a, which nobody asked/);
  });
});
