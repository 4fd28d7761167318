import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { examine } from '../../../src/activities/sandbox/doctor.ts';
import { createHttpSandbox } from '../../../src/activities/sandbox/http-backend.ts';
import { startSandboxServer } from '../../../src/activities/sandbox/http-server.ts';
import { createProcessSandbox } from '../../../src/activities/sandbox/process-backend.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';

/** ASTRA_SANDBOX_TESTS=all also runs what takes minutes of processor time. */
export const whole = process.env['ASTRA_SANDBOX_TESTS'] === 'all';

export type Level = 'ns+seccomp' | 'seccomp';
export type Backend = { name: string; level: Level; create: () => Promise<OwnedSandbox> };

export const zygotes: Backend[] = (['ns+seccomp', 'seccomp'] as const).map((level) => ({
  name: `zygote at level ${level}`,
  level,
  create: () => createZygoteSandbox({ level, size: 1 }),
}));

export const processPerCall: Backend = {
  name: 'process per call at level seccomp',
  level: 'seccomp',
  create: () => createProcessSandbox({ level: 'seccomp' }),
};

/** A zygote behind a server on this host, used through the client. */
export const overHttp: Backend = {
  name: 'zygote over HTTP at level seccomp',
  level: 'seccomp',
  create: async () => {
    const sandbox = await createZygoteSandbox({ level: 'seccomp', size: 1 });
    const token = 'a token for tests only';
    const server = await startSandboxServer({ sandbox, token });
    const client = await createHttpSandbox({ url: server.url, token });
    return {
      info: () => client.info(),
      load: (source) => client.load(source),
      call: (...call) => client.call(...call),
      callMany: (...list) => client.callMany(...list),
      open: (...opening) => client.open(...opening),
      close: async () => {
        await server.close();
        await sandbox.close();
      },
    };
  },
};

/**
 * Registers one suite per backend. A level that this host does not have is skipped, unless ASTRA_SANDBOX_LEVELS names
 * it: there a missing wall is a failure.
 */
export function onEach(backends: Backend[], suite: (sandbox: () => OwnedSandbox) => void): void {
  for (const { name, level, create } of backends) {
    describe(name, () => {
      let sandbox: OwnedSandbox | undefined;
      before(async function () {
        const required = (process.env['ASTRA_SANDBOX_LEVELS'] ?? 'seccomp').split(',').includes(level);
        if (!required && (await examine({ level })).level === undefined) this.skip();
        sandbox = await create();
      });
      after(() => sandbox?.close());
      suite(() => {
        if (!sandbox) throw new Error('the sandbox has not started');
        return sandbox;
      });
    });
  }
}
