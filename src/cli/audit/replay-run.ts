/** Everything a run emitted, run again: environments of questions and environments with state. */
import type { Pool } from 'pg';
import type { Sandbox } from '../../activities/sandbox/contract.ts';
import { type Replay, replayEnvironments } from './replay-environments.ts';
import { replayStateful } from './replay-stateful.ts';

export async function replayRun(pool: Pool, run: string, sandbox: Sandbox): Promise<Replay> {
  const [some, more] = [await replayEnvironments(pool, run, sandbox), await replayStateful(pool, run, sandbox)];
  return {
    replayed: some.replayed + more.replayed,
    calls: some.calls + more.calls,
    findings: [...some.findings, ...more.findings],
  };
}
