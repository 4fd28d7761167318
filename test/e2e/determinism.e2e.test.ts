import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEpisodeFormat } from '../../src/activities/store/episode-rows.ts';
import { exportFiles, exportFormats } from '../../src/domain/export/formats.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

/** A server with tools that rest on each other. */
const desk = {
  name: 'desk',
  tools: ['open_file', 'read_file', 'edit_file', 'close_file'].map((name) => ({
    name,
    description: `The tool to ${name.replace('_', ' a ')}`,
    inputSchema: { type: 'object', properties: { file_id: { type: 'string' } }, required: ['file_id'] },
  })),
};

/** Two questions in two languages, of which everything that gets a score is built, and the tools of one server. */
const config = (seed: number, servers: string): JsonObject => ({
  seed,
  models: { default: { timeoutSeconds: 2 } },
  environments: {
    sources: [
      { mode: 'domain', domain: 'Bell foundries', hops: { min: 2, max: 3 } },
      { mode: 'domain', domain: '古镇旅游', hops: { min: 2, max: 2 }, language: 'zh' },
    ],
    selection: { percentile: 0 },
  },
  trajectories: { servers: [{ file: servers }] },
  execution: { failureBudget: 1 },
});

interface Made {
  readonly counts: JsonObject;
  readonly files: { readonly [format: string]: string };
}

/** Runs the configuration to its end and reads every file it can be exported as. */
async function make(stack: EmbeddedStack, run: string, seed: number): Promise<Made> {
  const file = stack.config(`${run}.yaml`, config(seed, stack.config('desk.json', desk)));
  const report = await stack.json('run', file, '--run', run);
  assert.equal(report['status'], 'completed', JSON.stringify(report));
  const to = join(stack.home, run);
  await stack.json('export', run, '--to', to, '--format', exportFormats.join(','));
  const files = exportFormats.map((format) => [format, readFileSync(join(to, exportFiles[format]), 'utf8')]);
  return { counts: report['counts'] as JsonObject, files: Object.fromEntries(files) }; // a report's counts are an object
}

describe('the same configuration on two fresh homes', function () {
  this.timeout(240_000);
  const stacks = ['here', 'there'].map(embeddedStack);

  before(async () => {
    await Promise.all(stacks.map((stack) => stack.up()));
  });
  after(() => Promise.all(stacks.map((stack) => stack.remove())));

  const makeBoth = async (run: string, seed: number): Promise<Made[]> => {
    const made: Made[] = [];
    for (const stack of stacks) made.push(await make(stack, run, seed));
    return made;
  };

  it('gives the same bytes in every format', async () => {
    const [here, there] = await makeBoth('plain', 5);

    assert.ok(Number(at(here?.counts, 'instance', 'ok')) >= 2, JSON.stringify(here?.counts));
    // No scenario is asked for, and nothing is played.
    const filled = exportFormats.filter((format) => format !== 'stateful' && !isEpisodeFormat(format));
    for (const format of filled) assert.ok((here?.files[format] ?? '').length > 100, format);
    assert.deepEqual(there, here);
  });

  it('gives the same bytes also where a third of the calls goes wrong', async () => {
    for (const stack of stacks) await stack.teach({ faults: 'rate=0.33;429,500,reset,hang:0.01,reply,work' });
    const [here, there] = await makeBoth('spoiled', 7);

    assert.ok(Number(at(here?.counts, 'instance', 'ok')) >= 1, JSON.stringify(here?.counts));
    assert.deepEqual(there, here);
  });

  it('gives other bytes under another seed', async () => {
    const [stack] = stacks;
    assert.ok(stack);
    await stack.teach({ faults: '' });

    const other = await make(stack, 'other-seed', 6);
    const first = readFileSync(join(stack.home, 'plain', exportFiles.environments), 'utf8');
    assert.notEqual(other.files['environments'], first);
  });
});
