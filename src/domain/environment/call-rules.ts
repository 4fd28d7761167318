/**
 * Rules 5 to 9 (§8.4): what the runs of a tool show. The original runs one call and looks for the answer in what was
 * printed; here only the returned value counts, and a tool must also fail and differ where it should.
 * Sensitivity is strict: one other valid input must give a result, not an error, that differs and does not hold the
 * answer. A table with one entry therefore never passes: nothing shows that its tool reads its arguments.
 */
import { matchesGold, matchesGoldText } from '../answer/checker.ts';
import type { GoldAnswer } from '../answer/schema.ts';
import type { Json, JsonObject } from '../json.ts';
import {
  describeForWriter,
  describeRun,
  isErrorValue,
  isStructuredError,
  type ObservedCall,
  resultOf,
} from './call-outcome.ts';
import { type Finding, shorten } from './finding.ts';
import type { InvalidArguments } from './invalid-arguments.ts';
import type { AcceptanceRule } from './schema.ts';

/** How an answer is looked for: in the returned value, or for imported tools in returned or printed text too. */
export type Comparison = 'value' | 'value_or_text';

export interface ProbeRuns {
  readonly gold: ObservedCall;
  /** The gold call again under another hash seed, seed and clock. */
  readonly repeat: ObservedCall;
  /** Null when they were not run because the gold call gave nothing to compare with. */
  readonly variants: readonly { readonly args: JsonObject; readonly run: ObservedCall }[] | null;
  readonly negatives: readonly { readonly probe: InvalidArguments; readonly run: ObservedCall }[] | null;
}

/** Rule 5: the gold call returns the answer and the process ends by itself. */
export function goldCallFindings(gold: GoldAnswer, run: ObservedCall, comparison: Comparison): Finding[] {
  if (run.status === 'ok' && holdsAnswer(gold, run, comparison)) return [];
  const fails = run.status !== 'ok' || (run.value !== undefined && isErrorValue(run.value));
  const detail = `the gold call ${describeRun(run)}, which ${fails ? 'is no result' : 'does not hold the answer'}`;
  const hint =
    `called as the question asks, the function ${describeForWriter(run)}; ` +
    (fails
      ? 'it must accept every valid input that the question implies'
      : 'that does not hold the answer as its own field');
  const code: Finding = { rule: 'gold_call', blame: 'implementation', detail, hint };
  if (!fails) return [code];
  return [
    code,
    {
      rule: 'gold_call',
      blame: 'call',
      detail: 'the tool answered this call with an error; check every value and its form',
    },
  ];
}

/** Rule 6: byte-equal results under another hash seed, clock and entropy. */
export function repeatFindings({ gold, repeat }: ProbeRuns): Finding[] {
  if (gold.status === repeat.status && gold.canonical === repeat.canonical && gold.stdout === repeat.stdout) return [];
  const hint =
    'two equal calls gave different results: use no randomness, no clock, no id() or hash(), and no order of sets';
  return [fault('repeat_run', `the call ${describeRun(gold)}, then ${describeRun(repeat)}`, hint)];
}

/** Rule 7: some other valid input gives a different result that does not hold the answer. */
export function sensitivityFindings(gold: GoldAnswer, runs: ProbeRuns, comparison: Comparison): Finding[] {
  if (runs.variants === null) return [notRun('sensitivity')];
  if (sensitiveVariant(gold, runs, comparison) !== undefined) return [];
  const results = runs.variants.filter(({ run }) => resultOf(run) !== undefined).length;
  const tried = `${runs.variants.length} other valid inputs were tried, ${results} gave a result, none a different one without the answer`;
  const hint =
    results === 0
      ? 'every other valid input gives an error: the table needs more entries that other arguments select'
      : 'other arguments give the same answer: the result must depend on the arguments';
  return [fault('sensitivity', tried, hint)];
}

/** The first variant that proves sensitivity, for the record. */
export function sensitiveVariant(gold: GoldAnswer, runs: ProbeRuns, comparison: Comparison): JsonObject | undefined {
  return runs.variants?.find(
    ({ run }) => isOwnResult(run) && run.canonical !== runs.gold.canonical && !holdsAnswer(gold, run, comparison),
  )?.args;
}

/** Rule 8: invalid input gives a structured error, never the answer. */
export function negativeFindings(gold: GoldAnswer, runs: ProbeRuns): Finding[] {
  if (runs.negatives === null) return [notRun('negatives')];
  return runs.negatives.flatMap(({ probe, run }) => {
    const problem = negativeProblem(gold, probe, run);
    if (problem === undefined) return [];
    const place = `${describeProbe(probe)}: ${problem}`;
    return [
      fault('negatives', `${place}; the tool ${describeRun(run)}`, `${place}; the function ${describeForWriter(run)}`),
    ];
  });
}

/** Rule 9: loading the module prints nothing, least of all the answer. */
export function moduleOutputFindings(gold: GoldAnswer, { gold: run }: ProbeRuns): Finding[] {
  if (run.loadStdout === '') return [];
  const leak = matchesGoldText(gold, run.loadStdout) ? ' and it holds the answer' : '';
  const detail = `the module prints while it is loaded${leak}`;
  return [
    fault('module_output', `${detail}: ${shorten(run.loadStdout, 120)}`, 'nothing may be printed at module level'),
  ];
}

/** A finding for each rule that needs runs, when there were none. */
export function unreachedFindings(reason: string): Finding[] {
  const rules: readonly AcceptanceRule[] = ['gold_call', 'repeat_run', 'sensitivity', 'negatives', 'module_output'];
  return rules.map((rule) => fault(rule, `not run: ${reason}`));
}

/** Whether a run holds the answer. */
export function holdsAnswer(gold: GoldAnswer, run: ObservedCall, comparison: Comparison): boolean {
  if (run.status !== 'ok' || run.value === undefined) return false;
  if (isErrorValue(run.value)) return false;
  if (matchesGold(gold, run.value)) return true;
  if (comparison === 'value') return false;
  return matchesGoldText(gold, typeof run.value === 'string' ? run.value : run.value === null ? run.stdout : '');
}

function isOwnResult(run: ObservedCall): boolean {
  const value = resultOf(run);
  return value !== undefined && !isEmpty(value);
}

/** Null, "" and empty collections say "nothing found" and are no result of their own. */
function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function negativeProblem(gold: GoldAnswer, probe: InvalidArguments, run: ObservedCall): string | undefined {
  const value = resultOf(run);
  if (probe.kind === 'unknown') {
    const long = gold.type !== 'boolean' && Array.from(gold.text).length > 3;
    return long && value !== undefined && matchesGold(gold, value) ? 'the answer came back for it' : undefined;
  }
  if (isStructuredError(run)) return undefined;
  return 'an error with type and message is expected';
}

function describeProbe(probe: InvalidArguments): string {
  if (probe.kind === 'missing') return `without the required parameter ${probe.parameter}`;
  if (probe.kind === 'wrong_type') return `with a wrong type for ${probe.parameter}`;
  return probe.kind === 'out_of_range'
    ? `with a value for ${probe.parameter} that the document does not allow`
    : `with an unknown value for ${probe.parameter}`;
}

function notRun(rule: AcceptanceRule): Finding {
  return fault(rule, 'not run: the gold call gave no result to compare with');
}

function fault(rule: AcceptanceRule, detail: string, hint?: string): Finding {
  return { rule, blame: 'implementation', detail, ...(hint === undefined ? {} : { hint }) };
}
