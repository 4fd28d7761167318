import assert from 'node:assert/strict';
import { defaultNamespace } from '../../src/config/process-config.ts';
import { foreignServer } from '../../src/config/served-namespace.ts';
import { type TestTemporal, withTemporal } from '../support/temporal.ts';

const nothingOutside = { temporal: false, postgres: false, teacher: false, trainer: false };

describe('a server at the address of ours', function () {
  this.timeout(60_000);
  let temporal: TestTemporal;

  before(async () => {
    temporal = await withTemporal();
  });

  const look = (namespace: string, outside = nothingOutside) => {
    const { address, client, nativeConnection } = temporal;
    const settings = { temporal: { address, namespace, connection: {} }, outside, home: '/data/one' };
    return Promise.all(
      [client.connection, nativeConnection].map((connection) => foreignServer(connection.workflowService, settings)),
    );
  };

  it('is worked with when it knows the namespace', async () => {
    assert.deepEqual(await look(defaultNamespace), [undefined, undefined]);
  });

  it("is refused when it is another home's", async () => {
    const refusal = `Temporal at ${temporal.address} has no namespace astra-0123abcd: a server that is not of /data/one took the address. Type: astra up`;
    assert.deepEqual(await look('astra-0123abcd'), [refusal, refusal]);
  });

  it('is refused with what to set when the environment names it', async () => {
    const refusal = `Temporal at ${temporal.address} has no namespace research: set TEMPORAL_NAMESPACE to one it has, or type "astra up", which makes it`;
    assert.deepEqual(await look('research', { ...nothingOutside, temporal: true }), [refusal, refusal]);
  });
});
