/**
 * No member's call may return another member's answer (method §8.5): otherwise a merged tool could return all answers at
 * once and serve every question. Members that share an answer are no evidence either way.
 */
import { matchesGold } from '../answer/checker.ts';
import type { GoldAnswer } from '../answer/schema.ts';
import { type ObservedCall, resultOf } from './call-outcome.ts';
import type { Finding } from './finding.ts';

export interface MemberOutcome {
  readonly nodeId: number;
  readonly gold: GoldAnswer;
  readonly run: ObservedCall;
}

/** A finding for each member whose result holds the answer of another. */
export function crossAnswerFindings(members: readonly MemberOutcome[]): Finding[] {
  return members.flatMap((member) => {
    const value = resultOf(member.run);
    if (value === undefined) return [];
    const strangers = members.filter(
      (other) =>
        other.nodeId !== member.nodeId && !shareAnswer(member.gold, other.gold) && matchesGold(other.gold, value),
    );
    return strangers.map((other): Finding => {
      const detail = `the result for question ${member.nodeId} also holds the answer of question ${other.nodeId}`;
      return { rule: 'gold_call', blame: 'implementation', detail, hint: detail };
    });
  });
}

function shareAnswer(a: GoldAnswer, b: GoldAnswer): boolean {
  return matchesGold(a, b.value) || matchesGold(b, a.value);
}
