/**
 * All rules of an environment with state as one decision (ours): findings from the parts and from what was seen, one result
 * a rule. Nothing is accepted that was not run.
 */
import type { ArgumentValidator } from '../environment/argument-check.ts';
import type { Inspection } from '../environment/inspection/schema.ts';
import { type Evidence, resolvedGoal, type StatefulCandidate } from './candidate.ts';
import { moduleFindings } from './code-rules.ts';
import { designFindings } from './design-rules.ts';
import { type StatefulFinding, statefulResults } from './finding.ts';
import type { Goal } from './goal.ts';
import { needsOf } from './knowledge.ts';
import {
  dependenciesSeen,
  dependencyFindings,
  shortenedFindings,
  shuffledFindings,
  stuckFindings,
} from './order-rules.ts';
import { refusalFindings } from './refusal-rules.ts';
import {
  callFindings,
  goalFindings,
  goldSequenceFindings,
  initialStateFindings,
  openGoalFindings,
  printedFindings,
  repeatRunFindings,
  stateFindings,
  traceabilityFindings,
} from './run-rules.ts';
import type { StatefulRule, StatefulRuleResult } from './schema.ts';
import type { Dependency } from './sequences.ts';

export interface StatefulVerdict {
  readonly accepted: boolean;
  readonly results: readonly StatefulRuleResult[];
  readonly findings: readonly StatefulFinding[];
  readonly dependencies: readonly Dependency[];
  /** The goal without references; undefined when the gold run could not resolve it. */
  readonly goal: Goal | undefined;
}

/** The verdict on a candidate and what was seen of it. */
export function judgeStateful(
  candidate: StatefulCandidate,
  evidence: Evidence,
  validate: ArgumentValidator,
): StatefulVerdict {
  const { gold, shortened } = evidence;
  const goal = gold === null ? undefined : resolvedGoal(candidate.goal, gold);
  const dependencies = gold === null || shortened === null ? [] : dependenciesSeen(gold, shortened);
  const findings = [
    ...designFindings(candidate, validate),
    ...sourceFindings(candidate, evidence.inspection),
    ...runFindings(candidate, { evidence, goal }, validate),
    ...orderFindings(evidence, { goal, dependencies }),
  ];
  const results = statefulResults(findings, {
    passed: proofOf(evidence, dependencies),
    unreached: unreachedBy(evidence),
  });
  return { accepted: results.every((result) => result.ok), results, findings, dependencies, goal };
}

/** True when the gold sequence gave results throughout, so that other sequences can be compared with it. */
export function canCompare(candidate: StatefulCandidate, gold: SequenceOf<Evidence['gold']>): boolean {
  return (
    gold.unreadable === undefined &&
    goldSequenceFindings(gold).length === 0 &&
    goalFindings(resolvedGoal(candidate.goal, gold), gold).length === 0
  );
}

type SequenceOf<T> = Exclude<T, null>;

function sourceFindings(candidate: StatefulCandidate, inspection: Inspection): StatefulFinding[] {
  if (inspection.syntax_error === null) return moduleFindings(candidate, inspection);
  const { message, line } = inspection.syntax_error;
  const detail = `the source does not parse: line ${line}: ${message.slice(0, 160)}`;
  return [{ rule: 'static', blame: 'implementation', detail, hint: detail }];
}

function runFindings(
  candidate: StatefulCandidate,
  { evidence, goal }: { evidence: Evidence; goal: Goal | undefined },
  validate: ArgumentValidator,
): StatefulFinding[] {
  const { fresh, gold, repeat } = evidence;
  if (fresh === null || gold === null || repeat === null) return [];
  return [
    ...initialStateFindings(candidate, fresh),
    ...callFindings(candidate, gold, validate),
    ...goldSequenceFindings(gold),
    ...goalFindings(goal, gold),
    ...(goal === undefined ? [] : openGoalFindings(goal, fresh)),
    ...traceabilityFindings(needsOf(candidate, gold)),
    ...repeatRunFindings(gold, repeat),
    ...stateFindings(candidate, { fresh, gold }, validate),
    ...printedFindings(gold),
  ];
}

function orderFindings(
  { gold, shortened, shuffled, refusals, stuck }: Evidence,
  { goal, dependencies }: { goal: Goal | undefined; dependencies: readonly Dependency[] },
): StatefulFinding[] {
  if (stuck !== undefined) return stuckFindings(stuck);
  if (gold === null || goal === undefined || shortened === null || shuffled === null || refusals === null) return [];
  return [
    ...shortenedFindings(goal, gold, shortened),
    ...dependencyFindings(dependencies),
    ...shuffledFindings(goal, dependencies, shuffled),
    ...refusalFindings(gold.calls, refusals),
  ];
}

const runRules: readonly StatefulRule[] = [
  'initial_state',
  'gold_sequence',
  'goal',
  'open_goal',
  'repeat_run',
  'state',
];
const orderRules: readonly StatefulRule[] = ['shortened', 'dependencies', 'shuffled', 'refusals'];

function unreachedBy({ gold, shortened, stuck }: Evidence): Partial<Record<StatefulRule, string>> {
  const reasons = [
    ...(gold === null ? runRules.map((rule) => [rule, 'the module cannot be called']) : []),
    ...(shortened === null
      ? orderRules.map((rule) => [rule, stuck ?? 'the gold sequence does not reach the goal'])
      : []),
  ];
  return Object.fromEntries(reasons);
}

/** The evidence beside each rule that holds. */
function proofOf(
  { gold, shortened, shuffled, refusals }: Evidence,
  dependencies: readonly Dependency[],
): Partial<Record<StatefulRule, string>> {
  const pairs = dependencies.map(([earlier, later]) => `${later + 1} on ${earlier + 1}`).join(', ');
  return {
    gold_sequence: `${gold?.results.length ?? 0} calls gave results`,
    repeat_run: 'byte-equal under another hash seed, seed and clock',
    shortened: `${shortened?.length ?? 0} shorter sequences miss the goal`,
    dependencies: `calls rest on earlier ones: ${pairs}`,
    shuffled: `of ${shuffled?.length ?? 0} other orders none that breaks a dependency reaches the goal`,
    refusals: `${refusals?.length ?? 0} wrong calls refused, STATE unchanged`,
  };
}
