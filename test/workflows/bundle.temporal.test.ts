import assert from 'node:assert/strict';
import { withTemporal } from '../support/temporal.ts';

describe('the workflow bundle', function () {
  this.timeout(60_000);

  it('stays small without its source map and holds no schema library', async () => {
    const bundle = await (await withTemporal()).workflowBundle();

    assert.ok('code' in bundle);
    const code = bundle.code.replace(/sourceMappingURL=.*$/m, '');
    assert.ok(code.length < 1_000_000, `${code.length} bytes`);
    assert.equal(/ZodError|toJSONSchema/.test(code), false);
  });
});
