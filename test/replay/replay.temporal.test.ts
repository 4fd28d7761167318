import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import * as workflows from '../../src/workflows/index.ts';
import { withTemporal } from '../support/temporal.ts';

const folder = join(import.meta.dirname, 'histories');
const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe('recorded histories', function () {
  this.timeout(60_000);
  let workflowBundle: Awaited<ReturnType<Awaited<ReturnType<typeof withTemporal>>['workflowBundle']>>;

  before(async () => {
    workflowBundle = await (await withTemporal()).workflowBundle();
  });

  it('hold every workflow type, and one partition that continued as new', () => {
    const recorded = readdirSync(folder).map((file) => file.replace('.json', ''));

    assert.deepEqual(
      recorded.toSorted(),
      [...Object.keys(workflows).map(kebab), 'item-partition-continued'].toSorted(),
    );
  });

  for (const file of readdirSync(folder)) {
    it(`replay with today's code: ${file}`, async () => {
      const { workflowId, history } = JSON.parse(readFileSync(join(folder, file), 'utf8'));

      await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
    });
  }

  it('are refused when an activity has another name', async () => {
    const text = readFileSync(join(folder, 'tool-environment.json'), 'utf8').replaceAll('"proveTool"', '"proveTools"');
    const { workflowId, history } = JSON.parse(text);

    await assert.rejects(Worker.runReplayHistory({ workflowBundle }, history, workflowId), DeterminismViolationError);
  });

  it('hold no payload over 2 KB and no path of a machine', () => {
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), 'utf8');
      const sizes = [...text.matchAll(/"data": "([^"]*)"/g)].map(([, data = '']) => Math.ceil((data.length * 3) / 4));
      assert.ok(sizes.length > 0, `${file}: no payload was found`);
      assert.ok(Math.max(...sizes) < 2048, `${file}: ${Math.max(...sizes)} bytes`);
      assert.doesNotMatch(text, /\/(work|home|root|tmp)\//);
    }
  });
});
