/**
 * Rules on the gold sequence as it ran (ours; after rules 3, 5, 6 and 9 of §8.4): the module starts from the designed state,
 * every gold call succeeds with values the task knows, the goal holds then and not before, and the same run elsewhere
 * gives the same bytes.
 */
import type { ArgumentValidator } from '../environment/argument-check.ts';
import { describeForWriter, describeRun, resultOf } from '../environment/call-outcome.ts';
import { canonicalJson, hashJson } from '../ids.ts';
import type { Json } from '../json.ts';
import { argumentsOf, fingerprint, madeCalls, type SequenceRun, type StatefulCandidate } from './candidate.ts';
import { stateDocument } from './design-rules.ts';
import type { StatefulFinding } from './finding.ts';
import { type Goal, isMet, missingAnswers, unmetAssertions } from './goal.ts';
import type { Need } from './knowledge.ts';

/** STATE travels in prompts, rows and episodes: larger ones are no small world any more. */
const largestStateCharacters = 65_536;

/** Rule initial_state: what the module starts from is what was designed. */
export function initialStateFindings({ design }: StatefulCandidate, fresh: SequenceRun): StatefulFinding[] {
  const expected = hashJson(design.initial_state as Json);
  if (fresh.unreadable === undefined && hashJson(fresh.state) === expected) return [];
  const detail =
    fresh.unreadable === undefined
      ? `STATE starts as ${canonicalJson(fresh.state).slice(0, 200)}, not as designed`
      : `STATE cannot be read: ${fresh.unreadable}`;
  const hint = 'STATE must be exactly the value of [initial_state] when the module is loaded, and JSON at any time';
  return [{ rule: 'initial_state', blame: 'implementation', detail, hint }];
}

/** Rule signature, the plan's side: every call fits the document of its tool. */
export function callFindings(
  { design }: StatefulCandidate,
  gold: SequenceRun,
  validate: ArgumentValidator,
): StatefulFinding[] {
  return gold.calls.flatMap((call, at) => {
    const tool = design.tools.find((one) => one.name === call.name);
    const problems = tool === undefined ? [`no tool is called ${call.name}`] : validate(tool, argumentsOf(call));
    return problems.map((problem): StatefulFinding => {
      const detail = `call ${at + 1}: ${problem}`;
      return { rule: 'signature', blame: 'plan', detail, hint: detail };
    });
  });
}

/** Rule traceable: every argument stands in the task or an earlier result. */
export function traceabilityFindings(needs: readonly Need[]): StatefulFinding[] {
  return needs
    .filter((need) => need.sources.length === 0)
    .map(({ call, parameter }) => {
      const detail = `call ${call + 1}: the value of ${parameter} stands neither in the task nor in an earlier result`;
      return { rule: 'traceable', blame: 'plan', detail, hint: `${detail}; an agent sees no more than these` };
    });
}

/** Rule gold_sequence: every call gives a result. */
export function goldSequenceFindings(gold: SequenceRun): StatefulFinding[] {
  const failed = gold.results.flatMap((run, at): StatefulFinding[] => {
    if (resultOf(run) !== undefined) return [];
    const name = gold.calls[at]?.name ?? '';
    return [
      {
        rule: 'gold_sequence',
        blame: 'disagreement',
        detail: `call ${at + 1}, ${name} ${canonicalJson(gold.calls[at]?.arguments as Json)}, ${describeRun(run)}`,
        hint: `${name}, used as its document allows, ${describeForWriter(run)}; it must serve every use that the documents allow`,
        planHint: `call ${at + 1} (${name}) was refused: check its values, its place in the order and what the documents demand`,
      },
    ];
  });
  if (gold.missing === undefined) return failed;
  const detail = `the reference ${gold.missing} leads to nothing`;
  const hint = 'a result lacks a field that the document names under "returns"';
  return [...failed, { rule: 'gold_sequence', blame: 'disagreement', detail, hint, planHint: detail }];
}

/** Rule goal: after the gold sequence every assertion holds and every answer was given. */
export function goalFindings(goal: Goal | undefined, gold: SequenceRun): StatefulFinding[] {
  if (goal === undefined) {
    const detail = 'a reference in the goal leads to nothing';
    return [{ rule: 'goal', blame: 'plan', detail, hint: detail }];
  }
  const states = unmetAssertions(goal, gold.state).map(({ path, equals }): StatefulFinding => {
    const place = path.join('.');
    return {
      rule: 'goal',
      blame: 'disagreement',
      detail: `STATE.${place} is not ${canonicalJson(equals as Json)} after the gold sequence`,
      // Keys below the first step may be ids from the task: only the ends of the path are named.
      hint: `after calls that the documents allow, something in STATE.${path[0]} (${path.at(-1)}) is not what the documents promise`,
      planHint: `STATE.${place} is another one after your calls: work it out again from the documents and the first state`,
    };
  });
  const answers = missingAnswers(goal, madeCalls(gold)).map(
    ({ fn, gold: answer }): StatefulFinding => ({
      rule: 'goal',
      blame: 'disagreement',
      detail: `no result of ${fn} holds ${answer.text}`,
      hint: `a result of ${fn} is not what its document promises`,
      planHint: `the result of ${fn} holds another answer: work it out again from the documents and the first state`,
    }),
  );
  return [...states, ...answers];
}

/** Rule open_goal: nothing of the goal holds before the first call. */
export function openGoalFindings(goal: Goal, fresh: SequenceRun): StatefulFinding[] {
  return goal.assertions
    .filter((assertion) => isMet(assertion, fresh.state))
    .map(({ path }) => {
      const detail = `STATE.${path.join('.')} has that value before the first call: it says nothing about the task`;
      return { rule: 'open_goal', blame: 'plan', detail, hint: detail };
    });
}

/** Rule repeat_run: results and states are byte-equal under another hash seed, clock and entropy. */
export function repeatRunFindings(gold: SequenceRun, repeat: SequenceRun): StatefulFinding[] {
  const differing = gold.results.findIndex((run, at) => {
    const again = repeat.results[at];
    return (
      again === undefined ||
      fingerprint(run) !== fingerprint(again) ||
      gold.stateHashes[at + 1] !== repeat.stateHashes[at + 1]
    );
  });
  if (differing === -1 && gold.stateHashes[0] === repeat.stateHashes[0]) return [];
  const detail = `call ${differing + 1} gives another result or state in a second run`;
  const hint = 'two equal runs differ: use no randomness, no clock, no id() or hash(), and no order of sets';
  return [{ rule: 'repeat_run', blame: 'implementation', detail, hint }];
}

/** Rule state: STATE stays readable, small and of its schema, and nothing beside it is kept between calls. */
export function stateFindings(
  { design }: StatefulCandidate,
  { fresh, gold }: { fresh: SequenceRun; gold: SequenceRun },
  validate: ArgumentValidator,
): StatefulFinding[] {
  const size = canonicalJson(gold.state).length;
  const problems =
    gold.unreadable === undefined
      ? [
          ...(size > largestStateCharacters
            ? [`STATE has ${size} characters, more than ${largestStateCharacters}`]
            : []),
          ...validate(stateDocument(design), asFields(gold.state)).map(
            (problem) => `STATE after the calls: ${problem}`,
          ),
          ...(gold.otherData === fresh.otherData ? [] : ['module-level data beside STATE has changed']),
        ]
      : [`STATE cannot be read after the calls: ${gold.unreadable}`];
  return problems.map((detail) => ({ rule: 'state', blame: 'implementation', detail, hint: detail }));
}

/** Rule module_output: loading the module prints nothing. */
export function printedFindings(gold: SequenceRun): StatefulFinding[] {
  const printed = gold.results.find((run) => run.loadStdout !== '');
  if (printed === undefined) return [];
  const hint = 'nothing may be printed at module level';
  const detail = `the module prints while it is loaded: ${printed.loadStdout.slice(0, 120)}`;
  return [{ rule: 'module_output', blame: 'implementation', detail, hint }];
}

function asFields(state: Json): { readonly [key: string]: Json } {
  return typeof state === 'object' && state !== null && !Array.isArray(state)
    ? (state as { readonly [key: string]: Json })
    : { STATE: state };
}
