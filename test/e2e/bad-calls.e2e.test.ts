import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exportFiles } from '../../src/domain/export/formats.ts';
import { at, type EmbeddedStack, embeddedStack } from './embedded-stack.ts';

const program = resolve(import.meta.dirname, '../infra/programs/bad-calls-server.ts');
const modes = ['good', 'dies', 'noise', 'large', 'image', 'error'];

describe('episodes on servers whose calls go wrong', function () {
  this.timeout(300_000);
  let stack: EmbeddedStack;
  before(async () => {
    stack = embeddedStack('badcalls');
    await stack.up();
  });
  after(() => stack.remove());

  it('end by name, are recorded, and the others go on', async () => {
    const mcpServers = Object.fromEntries(
      modes.map((mode) => [mode, { command: process.execPath, args: [program, mode] }]),
    );
    const config = stack.config('run.yaml', {
      seed: 2,
      trajectories: {
        servers: [{ file: stack.config('servers.json', { mcpServers }), domain: 'office' }],
        chains: { samples: 1, walks: 10, perServer: 1 },
        tasks: {
          perChain: 0,
          free: { toolCounts: [1], perCount: 2 },
          augment: { modes: [] },
          // Scores follow from where this checkout lies: no task may fall to them.
          thresholds: { question_quality: 1, scenario_realism: 1, tool_use_necessity: 1 },
        },
        episodes: { attempts: 1 },
      },
      execution: { failureBudget: 1 },
    });

    const report = await stack.json('run', config, '--run', 'bad');
    const episodes = Object(at(report, 'counts', 'episode'));

    assert.equal(report['status'], 'completed');
    assert.equal(at(report, 'counts', 'server', 'ok'), modes.length);
    assert.deepEqual(
      Object.keys(episodes).filter((name) => name === 'open' || name.startsWith('failed:')),
      ['failed:ToolServer.Died'],
    );
    assert.ok(episodes.ok >= 5, JSON.stringify(episodes));

    await stack.json('export', 'bad', '--format', 'recordings', '--to', stack.home);
    const told = readFileSync(join(stack.home, exportFiles.recordings), 'utf8');
    assert.match(told, /\[image \(image\/png, 5 bytes\), not shown\]/);
    assert.match(told, /the result is too large to be read/);
    assert.match(told, /the notebook is locked/);
  });
});
