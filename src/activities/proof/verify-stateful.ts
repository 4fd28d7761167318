/**
 * An emitted row with state, proven again without a model (ours): all rules on what it holds, the stored results and
 * states against a new run, its id, and its score. Part of `astra verify environments`.
 */
import type { Json } from '../../domain/json.ts';
import { replayProblems, statefulId } from '../../domain/stateful/assemble.ts';
import { candidateOfRow, madeCalls, type SequenceRun } from '../../domain/stateful/candidate.ts';
import { StatefulEnvironment, type StatefulTool } from '../../domain/stateful/schema.ts';
import { scoreEpisode } from '../../domain/stateful/score.ts';
import type { ProofTools } from './run-acceptance.ts';
import { runStateful } from './run-stateful.ts';
import type { ReportedRule, RowReport } from './verify-rows.ts';

/** True for a row that says it is one. */
export function isStatefulRow(row: Json): boolean {
  return typeof row === 'object' && row !== null && 'mode' in row && row['mode'] === 'stateful';
}

/** Reports on one row; `position` names a row without id. Throws SandboxError (Infra) when the sandbox fails. */
export async function verifyStateful(tools: ProofTools, row: Json, position: number): Promise<RowReport> {
  const parsed = StatefulEnvironment.safeParse(row);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const detail = `at ${issue?.path.map(String).join('.') || 'the top level'}: ${issue?.message}`;
    return report(`row-${position}`, [{ rule: 'shape', ok: false, detail }]);
  }
  const environment = parsed.data;
  const verdict = await runStateful(tools, candidateOfRow(environment));
  const rules = verdict.results.map(({ rule, ok, detail }) => ({ rule, ok, detail }));
  const replay = verdict.gold === null ? ['the module does not parse'] : replayFaults(environment, verdict.gold);
  const same = { rule: 'replay', ok: replay.length === 0, detail: replay.join('; ').slice(0, 1000) || 'as stored' };
  return report(environment.id, [...rules, same], environment.documents);
}

/** Where a run of the gold sequence is not what the row says; the gold sequence itself scores 1. */
export function replayFaults(row: StatefulEnvironment, run: SequenceRun): string[] {
  const { score } = scoreEpisode(row, { calls: madeCalls(run), stateHashes: run.stateHashes, finalState: run.state });
  return [
    ...replayProblems(row, run),
    ...(score === 1 ? [] : [`the gold sequence scores ${score.toFixed(3)}, not 1`]),
    ...(statefulId(row) === row.id ? [] : [`its content gives the id ${statefulId(row)}`]),
  ];
}

/** The rules hold for the tools together: none of them is right by itself. */
function report(id: string, rules: readonly ReportedRule[], documents: readonly StatefulTool[] = []): RowReport {
  const accepted = rules.every((rule) => rule.ok);
  const tools = documents.map(({ name }, at) => ({ place: `tool ${at + 1}`, name, accepted, rules: [] }));
  return { id, accepted, rules, tools };
}
