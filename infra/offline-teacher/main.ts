/** Starts the offline teacher: main.ts --port N --home DIR [--faults SPEC] [--latency MS] [--seed N] [--log FILE] [--require-key K]. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TeacherState } from './control.ts';
import { teacherServer } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    home: { type: 'string', default: '.' },
    faults: { type: 'string', default: '' },
    latency: { type: 'string', default: '0' },
    seed: { type: 'string', default: '0' },
    log: { type: 'string' },
    'require-key': { type: 'string' },
  },
});

mkdirSync(values.home, { recursive: true });
const state = new TeacherState({
  faults: values.faults,
  latencyMs: whole('latency', values.latency),
  requireKey: values['require-key'] ?? null,
  logFile: values.log === undefined ? undefined : resolve(values.home, values.log),
  seed: whole('seed', values.seed),
});
const server = teacherServer(state);
server.listen(whole('port', values.port), '127.0.0.1', 1024, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : values.port;
  process.stdout.write(`offline teacher listening on http://127.0.0.1:${port}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
    process.exit(0);
  });
}

function whole(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new RangeError(`--${flag} must be a whole number of 0 or more, got "${text}"`);
  return value;
}
