/** The bundled environments are what the pipeline makes. Slow: only with ASTRA_SLOW=1; some seven thousand calls. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const slow = process.env['ASTRA_SLOW'] === '1';
const title = slow ? '' : ' (left out: set ASTRA_SLOW=1; it takes minutes)';
const root = join(import.meta.dirname, '../..');

describe(`configs/learning.yaml${title}`, function () {
  this.timeout(1_500_000);
  let stack: EmbeddedStack;

  before(async function (this: Mocha.Context) {
    if (!slow) return this.skip();
    stack = embeddedStack('learning');
    await stack.up();
  });
  after(async () => {
    if (slow) await stack.remove();
  });

  it('makes the environments of configs/data/learning-environments.jsonl.gz, byte for byte', async () => {
    const report = await stack.json('run', join(root, 'configs/learning.yaml'), '--run', 'learning');
    assert.equal(report['status'], 'completed', JSON.stringify(report));
    const to = join(stack.home, 'export');
    await stack.json('export', 'learning', '--to', to, '--format', 'environments');
    const made = readFileSync(join(to, 'environments.jsonl'), 'utf8');
    const bundled = gunzipSync(readFileSync(join(root, 'configs/data/learning-environments.jsonl.gz'))).toString(
      'utf8',
    );
    assert.ok(made === bundled, `${made.split('\n').length} lines made, ${bundled.split('\n').length} bundled`);
  });
});
