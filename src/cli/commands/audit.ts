import { Command } from 'commander';
import type { Pool } from 'pg';
import { loadRunConfig } from '../../activities/store/runs.ts';
import type { ProcessConfig } from '../../config/process-config.ts';
import type { RunId } from '../../domain/ids.ts';
import { checkChains } from '../audit/check-chains.ts';
import { checkEpisodes } from '../audit/check-episodes.ts';
import { checkHistory, type HistoryCheck } from '../audit/check-history.ts';
import { checkIds } from '../audit/check-ids.ts';
import { checkLedger } from '../audit/check-ledger.ts';
import { checkTasks } from '../audit/check-tasks.ts';
import { checkTraining } from '../audit/check-training.ts';
import { replayRun } from '../audit/replay-run.ts';
import { type CommandContext, handle, type Terminal } from '../command-context.ts';
import { withDatabase } from '../database.ts';
import { type ExitCode, exitCodes, UnreachableError } from '../exit-codes.ts';
import { counted } from '../numbers.ts';
import { runId } from '../run-id.ts';
import { withSandbox } from '../sandbox.ts';
import { withTemporal } from '../temporal.ts';

/** `astra audit RUN` */
export function auditCommand(terminal: Terminal): Command {
  return new Command('audit')
    .argument('<run>', 'run id')
    .description('prove a run: environments replayed twice, ids, ledger, bodies and histories checked')
    .action(handle(terminal, audit));
}

/** Exit code 1 with any finding. */
async function audit(context: CommandContext, _options: object, [argument = '']: readonly string[]): Promise<ExitCode> {
  const settings = context.settings();
  const run = runId(argument);
  const proof = await withDatabase(settings, async (pool) => {
    await loadRunConfig(pool, run); // an unknown run has nothing wrong, and proves nothing
    return prove(pool, run, settings);
  });
  context.output.result(document(run, proof), text(proof));
  return findingsOf(proof).length === 0 ? exitCodes.done : exitCodes.notRight;
}

type Proof = Awaited<ReturnType<typeof prove>>;

function prove(pool: Pool, run: RunId, settings: ProcessConfig) {
  return withSandbox(settings, async (sandbox) => ({
    environments: await replayRun(pool, run, sandbox),
    chains: await checkChains(pool, run),
    tasks: await checkTasks(pool, run),
    episodes: await checkEpisodes(pool, run),
    ids: await checkIds(pool, run),
    training: await checkTraining(pool, run, sandbox),
    ledger: await checkLedger(pool, run),
    history: await historyOf(pool, run, settings),
    sandbox: sandbox.info(),
  }));
}

/** Everything else can be proven without Temporal; that it was not asked is said. */
async function historyOf(pool: Pool, run: string, settings: ProcessConfig): Promise<HistoryCheck | null> {
  return withTemporal(settings, (client) => checkHistory(pool, client, run)).catch((error: unknown) => {
    if (error instanceof UnreachableError) return null;
    throw error;
  });
}

function findingsOf({ environments, chains, tasks, episodes, ids, training, ledger, history }: Proof) {
  return [environments, chains, tasks, episodes, ids, training, ledger, ...(history === null ? [] : [history])].flatMap(
    ({ findings }) => findings,
  );
}

function document(run: string, proof: Proof): object {
  const { environments, chains, tasks, episodes, ids, training, ledger, history, sandbox } = proof;
  return {
    run,
    environments: { replayed: environments.replayed, calls: environments.calls, failed: environments.findings },
    chains: { graphs: chains.graphs, judged: chains.judged, wrong: chains.findings },
    tasks: { checked: tasks.tasks, judged: tasks.judged, wrong: tasks.findings },
    episodes: { ...episodes, findings: episodes.findings.length },
    ids: { checked: ids.checked, wrong: ids.findings },
    training: { ...training, findings: training.findings.length },
    ledger: { recorded: ledger.ledger, charges: ledger.charges, differing: ledger.differing },
    history: history === null ? null : { ...history, findings: history.findings.length },
    sandbox,
    findings: findingsOf(proof),
  };
}

function text(proof: Proof): string {
  const { environments, chains, tasks, episodes, ids, training, ledger, history } = proof;
  const findings = findingsOf(proof);
  return [
    `environments  ${environments.replayed} replayed twice, ${counted(environments.calls, 'gold call')}`,
    ...(chains.graphs === 0
      ? []
      : [
          `chains        ${counted(chains.graphs, 'graph')} built and walked again, ${counted(chains.judged, 'chain')} judged again`,
        ]),
    ...(tasks.tasks === 0
      ? []
      : [
          `tasks         ${counted(tasks.tasks, 'task')} checked and varied again, ${counted(tasks.judged, 'variant')} judged again`,
        ]),
    ...(episodes.episodes === 0
      ? []
      : [
          `episodes      ${counted(episodes.episodes, 'conversation')} as sent, ${counted(episodes.calls, 'call')} checked, ${counted(episodes.judged, 'judgement')} taken again`,
        ]),
    `ids           ${ids.checked} recomputed`,
    ...(training.checkpoints === 0
      ? []
      : [
          `training      ${counted(training.checkpoints, 'checkpoint')} back to the base, ${counted(training.batches, 'step')}: their batches and the scores in them made again from ${counted(training.groups, 'group')}`,
        ]),
    `ledger        ${ledger.ledger.promptTokens + ledger.ledger.completionTokens} tokens, cost ${ledger.ledger.cost.toFixed(4)}`,
    history === null
      ? 'history       not compared: Temporal does not answer'
      : `history       ${history.executions} executions, ${history.compared} compared with their items, largest payload ${history.largestPayloadBytes} bytes`,
    ...findings.map(({ part, id, detail }) => `FINDING       ${part}: ${id}: ${detail}`),
    findings.length === 0 ? 'nothing is wrong' : counted(findings.length, 'finding'),
  ].join('\n');
}
