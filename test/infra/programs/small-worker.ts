/** Stands in for a worker of a stack under test: writes its addresses into the ready file and ends at SIGTERM. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const names = ['ASTRA_TRAINER_URL', 'DATABASE_URL', 'OPENAI_BASE_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];
const addresses = names.map((name) => [name, process.env[name]]);
const ready = join(process.env['ASTRA_HOME'] ?? '', `worker-${process.pid}.ready`);
writeFileSync(`${ready}.part`, JSON.stringify(Object.fromEntries(addresses)));
renameSync(`${ready}.part`, ready);
setInterval(() => undefined, 60_000);
