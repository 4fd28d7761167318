import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { startVariants } from '../../../src/activities/mcp/cached-start.ts';
import type { BlobHash, RunId } from '../../../src/domain/ids.ts';
import type { Reach } from '../../../src/domain/tool-pool/schema.ts';
import { type Player, player } from './tool-player.ts';

const program = resolve(import.meta.dirname, '../../infra/programs/mcp-server.ts');
const runId = 'run' as RunId;
const state = { folders: [], files: {}, repositories: [] };

describe('the tools of a server on record', function () {
  this.timeout(60_000);
  let play: Player;
  beforeEach(() => {
    play = player();
  });
  afterEach(() => play.close());

  function source(mode: string): BlobHash {
    const reach = { kind: 'stdio', command: process.execPath, args: [program, mode], env: {}, state };
    const rest = { domain: null, licence: null, origin: 'mcp', tools: null, chains: [] };
    return play.memory.save({ name: 'cases', title: '', description: '', ...rest, reach });
  }

  it('are read where no server may be started', async () => {
    const good = source('good');
    const asked = await play.mcp.activities.listTools({ runId, source: good });
    play.memory.recordings = 'only';
    const read = await play.mcp.activities.listTools({ runId, source: good });

    assert.equal(asked.tools, 3);
    assert.deepEqual(read, asked);
  });

  it('are missed by name there', async () => {
    play.memory.recordings = 'only';

    await assert.rejects(
      play.mcp.activities.listTools({ runId, source: source('good') }),
      (error) => error instanceof ApplicationFailure && error.type === 'ToolServer.NotRecorded',
    );
  });
});

describe('the start of a packaged server', () => {
  const reach = (command: string, env: Record<string, string> = {}): Reach => ({
    kind: 'stdio',
    command,
    args: [],
    env,
    state,
  });

  it('is tried from the caches first, and as it is written where that fails', () => {
    assert.deepEqual(startVariants(reach('npx'), ['PATH']), [{ npm_config_offline: 'true' }, {}]);
    assert.deepEqual(startVariants(reach('/opt/bin/uvx'), ['PATH']), [{ UV_OFFLINE: '1' }, {}]);
    assert.deepEqual(startVariants(reach('python3'), ['PATH']), [{}]);
  });

  it('is left to whoever says himself whether there is a network', () => {
    assert.deepEqual(startVariants(reach('npx'), ['NPM_CONFIG_OFFLINE']), [{}]);
    assert.deepEqual(startVariants(reach('uvx', { UV_OFFLINE: '0' }), []), [{}]);
    assert.deepEqual(startVariants({ kind: 'documents' }, []), [{}]);
  });
});
