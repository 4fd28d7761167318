/** Every emitted environment with state run again: its gold sequence twice, results, states and score as stored. */
import type { Pool } from 'pg';
import { firstRun, secondRun } from '../../activities/proof/run-acceptance.ts';
import { loadStateful, runSequence } from '../../activities/proof/run-sequence.ts';
import { replayFaults } from '../../activities/proof/verify-stateful.ts';
import type { Sandbox } from '../../activities/sandbox/contract.ts';
import { eachResult } from '../../activities/store/audit-data.ts';
import { candidateOfRow } from '../../domain/stateful/candidate.ts';
import { StatefulEnvironment } from '../../domain/stateful/schema.ts';
import type { Finding } from './finding.ts';
import type { Replay } from './replay-environments.ts';

/** Replays all environments with state of a run, one after the other. */
export async function replayStateful(pool: Pool, run: string, sandbox: Sandbox): Promise<Replay> {
  let [replayed, calls] = [0, 0];
  const findings: Finding[] = [];
  for await (const { id, value } of eachResult(pool, run, 'scenario')) {
    replayed += 1;
    const parsed = StatefulEnvironment.safeParse(value);
    if (parsed.success) calls += parsed.data.gold.length;
    const details = parsed.success ? await faultsOf(parsed.data, sandbox) : [`the row does not fit its schema`];
    findings.push(...details.map((detail) => ({ part: 'environments', id, detail }) as const));
  }
  return { replayed, calls, findings };
}

async function faultsOf(row: StatefulEnvironment, sandbox: Sandbox): Promise<readonly string[]> {
  const target = await loadStateful(sandbox, row.code);
  const { calls } = candidateOfRow(row);
  const runs = [firstRun, secondRun].map(async (options, index) => {
    const faults = replayFaults(row, await runSequence(target, { calls, options }));
    return faults.map((fault) => `run ${index + 1}: ${fault}`);
  });
  return (await Promise.all(runs)).flat();
}
