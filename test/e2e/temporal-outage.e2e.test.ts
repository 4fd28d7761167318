/** Temporal away for longer than a heartbeat lasts. Slow: only with ASTRA_SLOW=1. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StackFile } from '../../src/config/stack-file.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { eventually } from '../support/eventually.ts';
import { type CountingGateway, countingGateway } from './counting-gateway.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const slow = process.env['ASTRA_SLOW'] === '1';
const title = slow ? '' : ' (left out: set ASTRA_SLOW=1; it waits for minutes)';

/** Longer than the half minute after which Temporal gives a silent call up. */
const awayMs = 45_000;

describe(`Temporal away while models answer${title}`, function () {
  this.timeout(400_000);
  let stack: EmbeddedStack;
  let state: StackFile;
  let gateway: CountingGateway;

  before(async function () {
    if (!slow) return this.skip();
    stack = embeddedStack('temporal-outage');
    state = await stack.up();
    gateway = await countingGateway(() => String(state.teacher?.baseUrl));
  });
  after(async () => {
    await gateway?.close();
    await stack?.remove();
  });

  /** Two questions, scored and no more; resolves once the first call of each waits for its answer. */
  const start = async (run: string, domain: string, latencyMs: number): Promise<void> => {
    const before = gateway.arrived.length;
    await stack.teach({ latencyMs });
    const config: JsonObject = {
      models: { default: { baseUrl: gateway.baseUrl, timeoutSeconds: 300 } },
      environments: {
        sources: [{ mode: 'domain', domain, hops: { min: 1, max: 2 }, repeats: 2 }],
        stopAfter: 'scores',
      },
      execution: { failureBudget: 0 },
    };
    await stack.json('run', stack.config(`${run}.yaml`, config), '--run', run, '--detach');
    await eventually(`${run} asks`, () => gateway.arrived.length >= before + 2);
  };
  const endOf = async (run: string): Promise<void> => {
    const report = await stack.json('status', run, '--watch');
    assert.equal(report['status'], 'completed', JSON.stringify(report));
    assert.equal(at(report, 'counts', 'question', 'ok'), 2, JSON.stringify(report['counts']));
  };

  /** One call is answered while Temporal is away, the other only after it has come back and given both up. */
  const outage = async (name: string, away: () => Promise<unknown>): Promise<void> => {
    const before = gateway.arrived.length;
    await start(`${name}-after`, `Rope walks ${name}`, awayMs + 45_000);
    await start(`${name}-during`, `Lamp oil ${name}`, 20_000);
    await stack.teach({ latencyMs: 0 });
    await away();
    await endOf(`${name}-during`);
    await endOf(`${name}-after`);
    const calls = gateway.arrived.slice(before);
    assert.ok(calls.length > 4, `${calls.length} calls`);
    assert.equal(new Set(calls).size, calls.length, 'every call was asked once');
  };
  const temporal = (): number => Number(state.processes['temporal']?.pid);

  it('pays every call once when the server stands still', async () => {
    await outage('stopped', async () => {
      process.kill(temporal(), 'SIGSTOP');
      await sleep(awayMs);
      process.kill(temporal(), 'SIGCONT');
    });
  });

  it('pays every call once when the server was killed', async () => {
    await outage('killed', async () => {
      process.kill(temporal(), 'SIGKILL');
      await sleep(awayMs);
      state = await stack.up();
    });
  });

  it('still gives calls up when their run is cancelled', async () => {
    const given = (): number => gateway.passed.filter(({ status }) => status === 0).length;
    assert.equal(given(), 0);
    await start('cancelled', 'Signal flags', 200_000);
    await stack.json('cancel', 'cancelled');
    await eventually('the calls are given up', () => given() === 2);
  });
});
