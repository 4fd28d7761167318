/**
 * Rules that make the gold sequence more than a bag of calls (ours): every call is needed, at least one rests on an
 * earlier one, and no order that breaks such a bond reaches the goal.
 */
import { fingerprint, madeCalls, type SequenceRun } from './candidate.ts';
import type { StatefulFinding } from './finding.ts';
import { type Goal, reachesGoal } from './goal.ts';
import { type Dependency, dependenciesOf, violates } from './sequences.ts';

/** True when a run ends where the goal is. */
export function reaches(goal: Goal, run: SequenceRun): boolean {
  return run.unreadable === undefined && reachesGoal(goal, run.state, madeCalls(run));
}

/** Which gold calls rest on which, as the runs without one call show it. */
export function dependenciesSeen(gold: SequenceRun, shortened: readonly SequenceRun[]): Dependency[] {
  return dependenciesOf(
    gold.results.map(fingerprint),
    shortened.map((run) => run.results.map(fingerprint)),
  );
}

/** Rule shortened: the sequence without any one of its calls misses the goal. */
export function shortenedFindings(goal: Goal, gold: SequenceRun, shortened: readonly SequenceRun[]): StatefulFinding[] {
  return shortened.flatMap((run, left): StatefulFinding[] => {
    if (!reaches(goal, run)) return [];
    const detail = `call ${left + 1} (${gold.calls[left]?.name}) is not needed: the goal is reached without it`;
    const hint = `${detail}; leave it out, or let the goal or an answer speak of what it does`;
    return [{ rule: 'shortened', blame: 'plan', detail, hint }];
  });
}

/** Part of rule refusals: a call in a place where it does not belong comes to its end. */
export function stuckFindings(stuck: string): StatefulFinding[] {
  const detail = `in another place than in the gold sequence, ${stuck}`;
  const hint = `used where the documents do not foresee it, ${stuck}; every call must end at once, with a result or an error`;
  return [{ rule: 'refusals', blame: 'implementation', detail, hint }];
}

/** Rule dependencies: at least one call rests on an earlier one. */
export function dependencyFindings(dependencies: readonly Dependency[]): StatefulFinding[] {
  if (dependencies.length > 0) return [];
  const detail = 'no call changes what a later one gives: the calls could be made in any order';
  const hint = 'no tool gives another result after another one was used: apply the conditions that the documents state';
  const planHint = `${detail}; choose calls of which a later one needs what an earlier one did`;
  return [{ rule: 'dependencies', blame: 'disagreement', detail, hint, planHint }];
}

/** Rule shuffled: no order that puts a call before one it rests on reaches the goal. */
export function shuffledFindings(
  goal: Goal,
  dependencies: readonly Dependency[],
  shuffled: readonly { readonly order: readonly number[]; readonly run: SequenceRun }[],
): StatefulFinding[] {
  const harmless = shuffled.filter(({ order, run }) => violates(order, dependencies) && reaches(goal, run));
  const [first] = harmless;
  if (first === undefined) return [];
  const order = first.order.map((at) => at + 1).join(', ');
  const detail = `${harmless.length} of ${shuffled.length} other orders reach the goal although they break a dependency, the first: ${order}`;
  const hint = 'an order of use that the documents exclude has the same effect: apply the conditions that they state';
  const planHint = `the calls in the order ${order} reach the goal too: let the goal or an answer speak of what the order decides`;
  return [{ rule: 'shuffled', blame: 'disagreement', detail, hint, planHint }];
}
