import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chatBody } from './asking.ts';

const main = path.join(import.meta.dirname, '../../../infra/offline-teacher/main.ts');

describe('the offline teacher as a program', () => {
  it('says one line when it is ready, and ends at SIGTERM although a request still hangs', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'teacher-'));
    const child = spawn(process.execPath, [main, '--port', '0', '--home', home, '--faults', 'hang'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      while (!said.includes('\n')) await once(child.stdout, 'data');
      const url = /^offline teacher listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said)?.[1];
      assert.ok(url, said);
      const body = JSON.stringify(
        chatBody({ prompt: 'decomposition/atomicity', inputs: { question: 'q', nodes: [] } }),
      );
      const hanging = assert.rejects(fetch(`${url}/v1/chat/completions`, { method: 'POST', body }));
      const asked = async (): Promise<number> => JSON.parse(await (await fetch(`${url}/control/log`)).text()).asked;
      while ((await asked()) === 0);
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      assert.equal(code, 0);
      await hanging;
      assert.equal(said.split('\n').length, 2);
    } finally {
      child.kill('SIGKILL');
      await rm(home, { recursive: true });
    }
  });
});
