/** One worker process: reads the configuration, composes its roles, serves until a signal, ends in order. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadProcessConfig } from '../config/load.ts';
import { parseRoles } from './roles.ts';
import { installRuntime } from './runtime.ts';
import { serve } from './serve.ts';

const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' }, home: { type: 'string' } } });
const config = loadProcessConfig(values.home === undefined ? {} : { home: values.home });
installRuntime(config.logLevel);

const ready = join(config.home, `worker-${process.pid}.ready`);
process.once('exit', () => rmSync(ready, { force: true }));
await serve(config, parseRoles(values.role), () => writeFileSync(ready, values.role));
