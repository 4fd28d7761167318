/**
 * Environments from anywhere through the same rules (ours; method §8.4 to §8.6), without a model: what
 * `astra verify environments` prints. A row is accepted only when every tool that a question uses is proven and
 * replayable, and the row as a whole holds together.
 */
import { typeAnswer } from '../../domain/answer/gold.ts';
import type { GoldAnswer, RawAnswer } from '../../domain/answer/schema.ts';
import type { ClaimedTool, ImportedEnvironment } from '../../domain/environment/import.ts';
import { readEnvironment } from '../../domain/environment/import.ts';
import type { RuleResult, ToolCall, ToolCandidate } from '../../domain/environment/schema.ts';
import type { Json } from '../../domain/json.ts';
import { judgeUncalled } from './judge-uncalled.ts';
import { type ProofTools, runAcceptance } from './run-acceptance.ts';
import { isStatefulRow, verifyStateful } from './verify-stateful.ts';

export interface ReportedRule {
  /** An acceptance rule, or what is wrong with the row: shape, nodes, tools, replay, unique_names, node_failed. */
  readonly rule: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface ToolReport {
  readonly place: string;
  readonly name: string;
  readonly accepted: boolean;
  readonly rules: readonly ReportedRule[];
}

export interface RowReport {
  readonly id: string;
  readonly accepted: boolean;
  /** Each rule over all tools of the row, then the rules of the row itself. */
  readonly rules: readonly ReportedRule[];
  readonly tools: readonly ToolReport[];
}

export interface VerifyReport {
  readonly rows: readonly RowReport[];
  readonly accepted: number;
  readonly rejected: number;
}

/** Reports on all rows in their order. Throws SandboxError (Infra) when the sandbox fails. */
export async function verifyRows(tools: ProofTools, rows: readonly Json[]): Promise<VerifyReport> {
  const reports: RowReport[] = [];
  for (const [at, row] of rows.entries()) reports.push(await verifyRow(tools, row, at + 1));
  const accepted = reports.filter((report) => report.accepted).length;
  return { rows: reports, accepted, rejected: reports.length - accepted };
}

async function verifyRow(tools: ProofTools, row: Json, position: number): Promise<RowReport> {
  if (isStatefulRow(row)) return verifyStateful(tools, row, position);
  const read = readEnvironment(row, position);
  if (!read.ok) {
    return {
      id: `row-${position}`,
      accepted: false,
      rules: [{ rule: 'shape', ok: false, detail: read.detail }],
      tools: [],
    };
  }
  const { environment } = read;
  const reports: ToolReport[] = [];
  for (const claimed of environment.tools) reports.push(await verifyTool(tools, claimed, environment));
  const own = [...environment.problems, ...nameProblems(environment)].map(({ rule, detail }) => ({
    rule,
    ok: false,
    detail,
  }));
  const rules = [...summarise(reports), ...own];
  return { id: environment.sourceId, accepted: rules.every((rule) => rule.ok), rules, tools: reports };
}

async function verifyTool(
  tools: ProofTools,
  claimed: ClaimedTool,
  environment: ImportedEnvironment,
): Promise<ToolReport> {
  const rules = await rulesOf(tools, claimed, environment);
  return { place: claimed.place, name: claimed.document.name, accepted: rules.every((rule) => rule.ok), rules };
}

async function rulesOf(
  tools: ProofTools,
  claimed: ClaimedTool,
  environment: ImportedEnvironment,
): Promise<ReportedRule[]> {
  const typed = claimed.answer === undefined ? undefined : typeAnswer(claimed.answer);
  if (typed?.ok === false) return [{ rule: 'answer', ok: false, detail: `${typed.rule}: ${typed.detail}` }];
  const gold = typed?.gold;
  const call = await callOf(tools, claimed);
  if (gold === undefined || call === undefined) {
    return (await judgeUncalled(tools, claimed, gold)).map(reported);
  }
  if ('problem' in call)
    return [{ rule: 'signature', ok: false, detail: `the call statement cannot be read: ${call.problem}` }];
  const candidate = candidateFrom(claimed, { gold, call });
  // ASTRA's own tools answer in text that they return or print; ours and candidates answer by value.
  const comparison = environment.shape === 'candidate' ? 'value' : 'value_or_text';
  const sharing = environment.tools
    .filter((other) => other.code === claimed.code)
    .flatMap((other) => goldsOf(other.answer));
  const verdict = await runAcceptance(tools, candidate, { comparison, golds: [gold, ...sharing] });
  return verdict.results.map(reported);
}

function candidateFrom(claimed: ClaimedTool, { gold, call }: { gold: GoldAnswer; call: ToolCall }): ToolCandidate {
  const { question, known, document, code } = claimed;
  const nodeId = Math.max(1, Number.parseInt(claimed.nodeId ?? '1', 10) || 1);
  return { nodeId, question, known: known.map((pair) => ({ ...pair })), gold, document, call, code };
}

async function callOf(tools: ProofTools, claimed: ClaimedTool): Promise<ToolCall | { problem: string } | undefined> {
  if (claimed.call === undefined) return undefined;
  return 'statement' in claimed.call ? await tools.inspector.parseCall(claimed.call.statement) : claimed.call;
}

function goldsOf(answer: RawAnswer | undefined): GoldAnswer[] {
  const typed = answer === undefined ? undefined : typeAnswer(answer);
  return typed?.ok === true ? [typed.gold] : [];
}

function reported({ rule, ok, detail }: RuleResult): ReportedRule {
  return { rule, ok, detail };
}

/** Each rule once: it holds when it holds for every tool; the detail names the tools it fails for. */
function summarise(reports: readonly ToolReport[]): ReportedRule[] {
  const names = [...new Set(reports.flatMap((report) => report.rules.map((rule) => rule.rule)))];
  return names.map((name) => {
    const failed = reports.flatMap((report) =>
      report.rules.filter((rule) => rule.rule === name && !rule.ok).map((rule) => `${report.place}: ${rule.detail}`),
    );
    const detail = failed.length === 0 ? `holds for ${reports.length} tools` : failed.join(' | ').slice(0, 1000);
    return { rule: name, ok: failed.length === 0, detail };
  });
}

/** Two tools of one name with different code: a map by name keeps one of them. One tool used by several nodes is fine. */
function nameProblems({ tools }: ImportedEnvironment): { rule: string; detail: string }[] {
  const codes = new Map<string, Set<string>>();
  for (const tool of tools) codes.set(tool.document.name, (codes.get(tool.document.name) ?? new Set()).add(tool.code));
  return [...codes]
    .filter(([, versions]) => versions.size > 1)
    .map(([name, versions]) => ({
      rule: 'unique_names',
      detail: `${versions.size} different tools have the name ${name}`,
    }));
}
