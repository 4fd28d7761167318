/** Stands in for a worker of a stack under test: writes its addresses into the ready file and ends at SIGTERM. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const names = ['DATABASE_URL', 'OPENAI_BASE_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];
const addresses = names.map((name) => [name, process.env[name]]);
writeFileSync(
  join(process.env['ASTRA_HOME'] ?? '', `worker-${process.pid}.ready`),
  JSON.stringify(Object.fromEntries(addresses)),
);
setInterval(() => undefined, 60_000);
