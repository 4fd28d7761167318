/**
 * What can be said about a tool without a call (ours): imported ASTRA-RL rows name tools and gold answers, but no calls.
 * Document, leak, signature of the code, static rules and module output are judged; the rest is reported as not proven.
 */
import type { GoldAnswer } from '../../domain/answer/schema.ts';
import { hasFacts } from '../../domain/environment/acceptance.ts';
import { documentProblems } from '../../domain/environment/document-rules.ts';
import { type Finding, ruleResults } from '../../domain/environment/finding.ts';
import type { ClaimedTool } from '../../domain/environment/import.ts';
import { leakProblems } from '../../domain/environment/leak-rules.ts';
import type { AcceptanceRule, RuleResult } from '../../domain/environment/schema.ts';
import { codeSignatureFindings } from '../../domain/environment/signature-rules.ts';
import { staticFindings } from '../../domain/environment/static-rules.ts';
import { callTool, firstRun, type ProofTools } from './run-acceptance.ts';

const unproven: readonly AcceptanceRule[] = ['gold_call', 'repeat_run', 'sensitivity', 'negatives'];

/** Rule results of a tool that cannot be replayed; a tool that no question uses is judged on its source alone. */
export async function judgeUncalled(
  tools: ProofTools,
  claimed: ClaimedTool,
  gold: GoldAnswer | undefined,
): Promise<RuleResult[]> {
  const { document, code } = claimed;
  const inspection = await tools.inspector.inspect(code);
  const source = hasFacts(inspection)
    ? [
        ...codeSignatureFindings(document, inspection),
        ...staticFindings(inspection, document.name, gold === undefined ? [] : [gold]),
      ]
    : [finding('static', `the source does not parse: ${inspection.syntax_error.message}`)];
  const leaks = gold === undefined ? [] : leakProblems(document, gold, claimed);
  const findings = [
    ...documentProblems(document).map((detail) => finding('document', detail)),
    ...leaks.map((detail) => finding('leak', detail)),
    ...source,
    ...(gold === undefined
      ? []
      : unproven.map((rule) => finding(rule, 'not proven: the row names no call of this tool'))),
    ...(await moduleOutput(tools, claimed)),
  ];
  const results = ruleResults(findings, {});
  return gold === undefined ? results.filter((result) => !unproven.includes(result.rule)) : results;
}

/** A call without arguments loads the module; what the function makes of it does not matter. */
async function moduleOutput(tools: ProofTools, { document, code }: ClaimedTool): Promise<Finding[]> {
  const target = { env: await tools.sandbox.load(code), name: document.name };
  const { loadStdout } = await callTool(tools.sandbox, target, { ...firstRun, args: {} });
  return loadStdout === '' ? [] : [finding('module_output', 'the module prints while it is loaded')];
}

function finding(rule: AcceptanceRule, detail: string): Finding {
  return { rule, blame: 'implementation', detail };
}
