/**
 * A long run of the sandbox with hostile calls among the others: prints what it and the host hold in the course of it, and
 * ends with 1 where something grew.
 *
 *   sh scripts/bootstrap.sh scripts/sandbox-soak.ts [calls, default 200000]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soak } from '../bench/sandbox/soak.ts';
import { fixed, table } from '../bench/support/markdown.ts';
import { createZygoteSandbox } from '../src/activities/sandbox/zygote-pool.ts';
import { hostileSources } from '../test/activities/sandbox/attack-list.ts';
import { grown } from '../test/activities/sandbox/soak-verdict.ts';

const calls = Number(process.argv[2] ?? 200_000);
// A temporary folder of our own: what lies in it afterwards was left by this run.
const folder = mkdtempSync(join(tmpdir(), 'soak-'));
process.env['TMPDIR'] = folder;
const sandbox = await createZygoteSandbox();
try {
  const { states, statuses, seconds } = await soak(sandbox, { calls, hostile: hostileSources(), hostileShare: 0.05 });
  const rows = states.map((state) => [
    String(state.calls),
    String(state.processes),
    String(state.descriptors),
    String(state.temporaryFiles),
    fixed(state.sandboxMb, 1),
    fixed(state.nodeMb, 1),
  ]);
  console.log(
    table([['calls', 'processes', 'descriptors', 'files in the temporary folder', 'sandbox MB', 'Node MB'], ...rows]),
  );
  console.log(
    `\n${calls} calls in ${fixed(seconds, 0)} s at level ${sandbox.info().level}; ${JSON.stringify(statuses)}`,
  );
  const faults = grown(states);
  console.log(faults.length === 0 ? 'Nothing grew.' : faults.join('\n'));
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true });
}
