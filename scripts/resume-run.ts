/**
 * Lets a waiting run go on: after a pause by signal, past an approval gate or a correction by update.
 * Usage: sh scripts/bootstrap.sh scripts/resume-run.ts RUN
 */
import { Client, Connection } from '@temporalio/client';
import { loadProcessConfig } from '../src/config/load.ts';
import type { RunView } from '../src/workflows/messages.ts';

const [run] = process.argv.slice(2);
if (run === undefined) throw new Error('usage: resume-run.ts RUN');
const { temporal } = loadProcessConfig();
if (temporal === undefined) throw new Error('no Temporal address is known: type astra up, or set TEMPORAL_ADDRESS');

const connection = await Connection.connect(temporal.connection);
const handle = new Client({ connection, namespace: temporal.namespace }).workflow.getHandle(`astra/${run}`);

const { status, waitingFor, note } = await handle.query<RunView>('status');
console.log(
  `${run} is ${status}${waitingFor === null ? '' : `, it waits for ${waitingFor}`}${note === null ? '' : `: ${note}`}`,
);

// A signal is taken at once; an update answers, and is refused when the run does not wait for it.
if (status === 'paused') await handle.signal('resume');
else if (waitingFor === 'correction') await handle.executeUpdate('correct', { args: [{ note: 'mended by hand' }] });
else if (waitingFor !== null) await handle.executeUpdate('approve', { args: [waitingFor] });

// The stage takes it up a moment later: what the run is then says `astra status`.
if (status === 'paused' || waitingFor !== null) console.log('told it to go on');
await connection.close();
