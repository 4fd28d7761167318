/** One worker process: reads the configuration, composes its roles, serves until a signal, ends in order. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadProcessConfig } from '../config/load.ts';
import { ForeignServer } from '../config/served-namespace.ts';
import { parseRoles } from './roles.ts';
import { installRuntime } from './runtime.ts';
import { serve } from './serve.ts';

const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' }, home: { type: 'string' } } });
const config = loadProcessConfig(values.home === undefined ? {} : { home: values.home });
installRuntime(config.logLevel);

const ready = join(config.home, `worker-${process.pid}.ready`);
process.once('exit', () => rmSync(ready, { force: true }));
try {
  await serve(config, parseRoles(values.role), () => writeFileSync(ready, values.role));
} catch (error) {
  if (!(error instanceof ForeignServer)) throw error;
  process.stderr.write(`${error.message}\n`); // its stack would say nothing more
  process.exitCode = 1;
}
