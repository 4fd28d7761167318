/**
 * What a rule of environments with state found wrong (ours), and what each writer is told of it. Plan and implementation
 * are written apart: no hint for the implementation names a call, an argument or a goal value, and the plan's writer
 * never learns what the module returned.
 */
import { shorten } from '../environment/finding.ts';
import { type StatefulBlame, StatefulRule, type StatefulRuleResult } from './schema.ts';

export interface StatefulFinding {
  readonly rule: StatefulRule;
  readonly blame: StatefulBlame;
  /** For people: may name calls, arguments and values. */
  readonly detail: string;
  /** For the writer of the part to blame, in a disagreement for the implementation's. */
  readonly hint: string;
  /** In a disagreement, for the plan's writer. */
  readonly planHint?: string;
}

/** The parts that are written. */
export type StatefulPart = 'design' | 'plan' | 'implementation';

const hintsTold = 6;
const hintLength = 320;

/** What stands beside rules that nothing was found against. */
export interface RuleDetails {
  /** Evidence of those that hold. */
  readonly passed: Readonly<Partial<Record<StatefulRule, string>>>;
  /** Why a rule could not be tried: it does not hold, and nobody is to blame for it. */
  readonly unreached: Readonly<Partial<Record<StatefulRule, string>>>;
}

/** A result per rule, in the order of the rules. */
export function statefulResults(
  findings: readonly StatefulFinding[],
  { passed, unreached }: RuleDetails,
): StatefulRuleResult[] {
  return StatefulRule.options.map((rule) => {
    const own = findings.filter((finding) => finding.rule === rule);
    const [first] = own;
    const reason = unreached[rule];
    if (first === undefined && reason !== undefined) return { rule, ok: false, detail: `not run: ${reason}` };
    if (first === undefined) return { rule, ok: true, detail: passed[rule] ?? 'holds' };
    return { rule, ok: false, detail: shorten(own.map((finding) => finding.detail).join('; ')), blame: first.blame };
  });
}

/** What each writer is told: at most 6 reasons of 320 characters. */
export function statefulFeedback(findings: readonly StatefulFinding[]): Record<StatefulPart, string[]> {
  const told = (hints: readonly (string | undefined)[]): string[] =>
    [...new Set(hints.filter((hint) => hint !== undefined))]
      .slice(0, hintsTold)
      .map((hint) => shorten(hint, hintLength));
  const of = (...blames: readonly StatefulBlame[]) => findings.filter((finding) => blames.includes(finding.blame));
  return {
    design: told(of('design').map((finding) => finding.hint)),
    plan: told([...of('plan').map((finding) => finding.hint), ...of('disagreement').map((one) => one.planHint)]),
    implementation: told(of('implementation', 'disagreement').map((finding) => finding.hint)),
  };
}
