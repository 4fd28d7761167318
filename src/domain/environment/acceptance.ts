/**
 * The nine acceptance rules as one decision (paper §3.2; method §8.4): which probes to run, and what their results say.
 * The original accepts a tool when its printed output contains the answer. Here the plan is made from document, call and
 * facts of the source alone, and every rule leaves a result, so that the proof can be read next to the tool.
 */
import type { GoldAnswer } from '../answer/schema.ts';
import type { JsonObject } from '../json.ts';
import { seededRng } from '../random.ts';
import type { ArgumentValidator } from './argument-check.ts';
import { argumentVariants } from './argument-variants.ts';
import { describeRun } from './call-outcome.ts';
import {
  type Comparison,
  goldCallFindings,
  moduleOutputFindings,
  negativeFindings,
  type ProbeRuns,
  repeatFindings,
  sensitiveVariant,
  sensitivityFindings,
  unreachedFindings,
} from './call-rules.ts';
import { documentProblems } from './document-rules.ts';
import { type Finding, ruleResults, shorten } from './finding.ts';
import type { CodeFacts, Inspection } from './inspection/schema.ts';
import { type InvalidArguments, invalidArguments } from './invalid-arguments.ts';
import { leakProblems } from './leak-rules.ts';
import type { AcceptanceRule, Blame, RuleResult, ToolCandidate } from './schema.ts';
import { callFindings, codeSignatureFindings, toolFunction } from './signature-rules.ts';
import { staticFindings } from './static-rules.ts';

export interface ProbePlan {
  /** Can be walked once. */
  readonly variants: Iterator<JsonObject>;
  readonly negatives: readonly InvalidArguments[];
}

export interface Judging {
  readonly validate: ArgumentValidator;
  readonly comparison: Comparison;
  /** Answers of all questions the tool serves, this one included: none may stand in the code as a literal. */
  readonly golds: readonly GoldAnswer[];
}

export interface Verdict {
  readonly accepted: boolean;
  readonly results: readonly RuleResult[];
  readonly findings: readonly Finding[];
}

const feedbackItems = 6;
const feedbackLength = 320;

/** True for a source that parses. */
export function hasFacts(inspection: Inspection): inspection is CodeFacts {
  return inspection.syntax_error === null;
}

/** The probes beside the gold call and its repetition; the same candidate always gets the same ones. */
export function planProbes(candidate: ToolCandidate, facts: CodeFacts, validate: ArgumentValidator): ProbePlan {
  const { document, call } = candidate;
  const rng = seededRng(`probes/${document.name}/${candidate.nodeId}`);
  return {
    variants: argumentVariants({ document, call, facts, validate }, rng),
    negatives: invalidArguments(document, call),
  };
}

/** Why the code cannot be called at all, or undefined when it can. */
export function uncallable(candidate: ToolCandidate, inspection: Inspection): string | undefined {
  if (!hasFacts(inspection)) return 'the source does not parse';
  const own = toolFunction(inspection, candidate.document.name);
  return own === undefined ? `the code has no function ${candidate.document.name}` : undefined;
}

/** The verdict over all nine rules; `runs` is null when the code could not be called. */
export function judgeCandidate(
  candidate: ToolCandidate,
  seen: { readonly inspection: Inspection; readonly runs: ProbeRuns | null },
  judging: Judging,
): Verdict {
  const { document, gold } = candidate;
  const asked = { question: candidate.question, known: candidate.known };
  const findings = [
    ...asFindings('document', documentProblems(document, candidate.draft)),
    ...asFindings('leak', leakProblems(document, gold, asked)),
    ...callFindings(candidate.call, document, { asked, validate: judging.validate }),
    ...sourceFindings(candidate, seen.inspection, judging.golds),
    ...(seen.runs === null
      ? unreachedFindings(uncallable(candidate, seen.inspection) ?? 'the code was not called')
      : runFindings(gold, seen.runs, judging)),
  ];
  return {
    accepted: findings.length === 0,
    results: ruleResults(findings, proofOf(candidate, seen.runs, judging)),
    findings,
  };
}

/** What each writer is told: at most 6 reasons of 320 characters, under 2 KB; hints only for the implementation. */
export function feedbackOf(findings: readonly Finding[]): Record<Blame, string[]> {
  const told = (blame: Blame): string[] => {
    const texts = findings
      .filter((finding) => finding.blame === blame)
      .flatMap((finding) => (blame === 'implementation' ? (finding.hint ?? []) : finding.detail));
    return [...new Set(texts)].slice(0, feedbackItems).map((text) => shorten(text, feedbackLength));
  };
  return { document: told('document'), call: told('call'), implementation: told('implementation') };
}

function sourceFindings(candidate: ToolCandidate, inspection: Inspection, golds: readonly GoldAnswer[]): Finding[] {
  if (!hasFacts(inspection)) {
    const { message, line } = inspection.syntax_error;
    const detail = `the source does not parse: line ${line}: ${shorten(message, 160)}`;
    return [
      { rule: 'signature', blame: 'implementation', detail: 'no function: the source does not parse' },
      { rule: 'static', blame: 'implementation', detail, hint: detail },
    ];
  }
  const { document } = candidate;
  return [...codeSignatureFindings(document, inspection), ...staticFindings(inspection, document.name, golds)];
}

function runFindings(gold: GoldAnswer, runs: ProbeRuns, judging: Judging): Finding[] {
  return [
    ...goldCallFindings(gold, runs.gold, judging.comparison),
    ...repeatFindings(runs),
    ...sensitivityFindings(gold, runs, judging.comparison),
    ...negativeFindings(gold, runs),
    ...moduleOutputFindings(gold, runs),
  ];
}

function asFindings(rule: AcceptanceRule, details: readonly string[]): Finding[] {
  return details.map((detail) => ({ rule, blame: 'document', detail }));
}

/** The evidence beside each rule that holds. */
function proofOf(
  candidate: ToolCandidate,
  runs: ProbeRuns | null,
  judging: Judging,
): Partial<Record<AcceptanceRule, string>> {
  if (runs === null) return {};
  const other = sensitiveVariant(candidate.gold, runs, judging.comparison);
  return {
    gold_call: `${candidate.call.name} ${describeRun(runs.gold)}, compared by ${judging.comparison}`,
    repeat_run: 'byte-equal under another hash seed, seed and clock',
    sensitivity: other === undefined ? 'holds' : `another result for ${shorten(JSON.stringify(other), 200)}`,
    negatives: `${runs.negatives?.length ?? 0} invalid inputs refused`,
  };
}
