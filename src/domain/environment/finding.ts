/**
 * What an acceptance rule found wrong, and in which part (method §8.4; ours): findings become one result per rule for
 * the record, and one list per part for the writers.
 */
import { AcceptanceRule, type Blame, type RuleResult } from './schema.ts';

export interface Finding {
  readonly rule: AcceptanceRule;
  readonly blame: Blame;
  /** For people and, unless the implementation is to blame, for the writer; never quotes the answer. */
  readonly detail: string;
  /** For the implementation writer: never names the call or its arguments. */
  readonly hint?: string;
}

/** The order of the rules is the order of the verdict. */
export const ruleOrder: readonly AcceptanceRule[] = AcceptanceRule.options;

const detailLimit = 600;

/** One result per rule in rule order; a rule without findings holds, with `passed` as its detail. */
export function ruleResults(
  findings: readonly Finding[],
  passed: Readonly<Partial<Record<AcceptanceRule, string>>>,
): RuleResult[] {
  return ruleOrder.map((rule) => {
    const own = findings.filter((finding) => finding.rule === rule);
    const [first] = own;
    if (first === undefined) return { rule, ok: true, detail: passed[rule] ?? 'holds' };
    const hints = own.flatMap((finding) => (finding.hint === undefined ? [] : [finding.hint]));
    return {
      rule,
      ok: false,
      detail: shorten(own.map((finding) => finding.detail).join('; ')),
      blame: first.blame,
      ...(hints.length === 0 ? {} : { hint: shorten(hints.join('; ')) }),
    };
  });
}

/** The text cut to a length that fits prompts and records. */
export function shorten(text: string, limit: number = detailLimit): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
