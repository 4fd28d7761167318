import assert from 'node:assert/strict';
import { withTemporal } from '../support/temporal.ts';

describe('the workflow bundle', function () {
  this.timeout(60_000);

  it('stays below 1.9 MB and holds no schema library', async () => {
    const bundle = await (await withTemporal()).workflowBundle();

    assert.ok('code' in bundle);
    assert.ok(bundle.code.length < 1_900_000, `${bundle.code.length} bytes`);
    assert.equal(/ZodError|z\.toJSONSchema/.test(bundle.code), false);
  });
});
