import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackFile } from '../../src/config/stack-file.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { eventually } from '../support/eventually.ts';
import { type CountingGateway, countingGateway } from './counting-gateway.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const rightKey = ['--require-key', 'right'];

describe('an endpoint that does not serve', function () {
  this.timeout(180_000);
  this.bail(true); // what one outage left behind would fail the next
  let stack: EmbeddedStack;
  let state: StackFile;
  let gateway: CountingGateway;

  before(async () => {
    stack = embeddedStack('outage');
    state = await stack.up(rightKey);
    gateway = await countingGateway(() => String(state.teacher?.baseUrl));
  });
  after(async () => {
    await gateway.close();
    await stack.remove();
  });

  /** Four questions, scored and no more. */
  const start = async (run: string, domain: string, timeoutSeconds = 20): Promise<void> => {
    const config: JsonObject = {
      models: { default: { baseUrl: gateway.baseUrl, timeoutSeconds } },
      environments: {
        sources: [{ mode: 'domain', domain, hops: { min: 1, max: 2 }, repeats: 4 }],
        stopAfter: 'scores',
      },
      // One item that failed would park the run.
      execution: { failureBudget: 0 },
    };
    const started = await stack.json('run', stack.config(`${run}.yaml`, config), '--run', run, '--detach');
    assert.equal(started['status'], 'running');
  };
  const queues = async (run: string): Promise<readonly Json[]> =>
    (await stack.json('status', run))['queues'] as readonly Json[]; // a list of the report
  const parked = (run: string): Promise<readonly Json[]> =>
    eventually(
      `${run} is parked`,
      () => queues(run),
      (all) => all.length > 0,
    );
  const goesOn = async (run: string): Promise<JsonObject> => {
    const report = await stack.json('status', run, '--watch');
    assert.equal(report['status'], 'completed', JSON.stringify(report));
    assert.equal(at(report, 'counts', 'question', 'ok'), 4, JSON.stringify(report['counts']));
    assert.doesNotMatch(JSON.stringify(report['counts']), /failed|quarantined/);
    return report;
  };
  /** Refused requests for each call; the probe of the queue is none of the run's calls. */
  const refusedPerCall = (since: number): number[] => {
    const refused = gateway.passed.slice(since).filter(({ status }) => status === 401);
    const calls = refused.filter(({ body }) => body.includes('[reply_schema]')).map(({ body }) => body);
    return [...new Set(calls)].map((call) => calls.filter((other) => other === call).length);
  };

  it('probe 18: parks the queue for a wrong key, one attempt a call, and goes on by itself with the right one', async () => {
    await start('wrong-key', 'Lamp oil');
    const [queue] = await parked('wrong-key');
    assert.equal(at(queue, 'queue'), 'astra-llm-teacher');
    assert.equal(at(queue, 'cause'), 'Provider.Auth');
    assert.match(String(at(queue, 'reason')), /Incorrect API key provided/);
    assert.doesNotMatch(JSON.stringify(queue), /right|offline/, 'no key is shown');

    await sleep(5_000);
    const waiting = await stack.json('status', 'wrong-key');
    assert.deepEqual(at(waiting, 'counts', 'question'), { open: 4 });
    assert.deepEqual(at(waiting, 'counts', 'instance'), {});
    const attempts = refusedPerCall(0);
    assert.ok(
      attempts.length > 0 && attempts.every((count) => count === 1),
      `attempts per call: ${attempts.join(' ')}`,
    );
    const seen = await stack.astra('status', 'wrong-key');
    assert.match(seen.stdout, /Provider\.Auth: .*Incorrect API key/);

    await stack.teach({ requireKey: 'offline' });
    await goesOn('wrong-key');
    await eventually(
      'the queue is shown open',
      () => queues('wrong-key'),
      (all) => all.length === 0,
    );
  });

  it('parks the queue while the endpoint is away, and goes on when it is back', async () => {
    await stack.teach({ latencyMs: 1_000, forget: true });
    await start('away', 'Rope walks');
    await eventually('calls are in flight', stack.asked, ({ asked }) => asked > 0);
    process.kill(Number(state.processes['teacher']?.pid), 'SIGKILL');
    const [queue] = await parked('away');
    assert.equal(at(queue, 'cause'), 'Provider.Unavailable');
    const waiting = await stack.json('status', 'away');
    assert.doesNotMatch(JSON.stringify(waiting['counts']), /failed/);

    state = await stack.up();
    await goesOn('away');
  });

  it('is only slower when it answers 429 to everything at first', async () => {
    await stack.teach({ faults: 'rate=1;429-ms;first=2;retryAfter=0.2' });
    const since = gateway.passed.length;
    await start('storm', 'Chimney sweeping');
    await goesOn('storm');

    const refused = gateway.passed.slice(since).filter(({ status }) => status === 429);
    assert.ok(refused.length >= 8, `${refused.length} refused`);
    assert.deepEqual(await queues('storm'), []);
  });

  it('is only slower when it hangs', async () => {
    await stack.teach({ faults: 'hang:0.2' });
    const since = gateway.passed.length;
    await start('hangs', 'Signal flags', 1);
    await goesOn('hangs');

    assert.ok(
      gateway.passed.slice(since).some(({ status }) => status === 0),
      'nothing hung',
    );
  });
});
