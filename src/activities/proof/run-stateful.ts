/**
 * A candidate with state through all its rules in the sandbox (ours): inspect, gold sequence, repetition, shorter and other
 * sequences, wrong calls, verdict. Used by the activity and `astra verify environments` alike.
 */
import { hasFacts } from '../../domain/environment/acceptance.ts';
import { hashJson } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { type Evidence, type SequenceRun, type StatefulCandidate, stuckCall } from '../../domain/stateful/candidate.ts';
import { makeable, needsOf } from '../../domain/stateful/knowledge.ts';
import { refusalProbes } from '../../domain/stateful/refusal-rules.ts';
import { otherOrders, shortenedSequences } from '../../domain/stateful/sequences.ts';
import { canCompare, judgeStateful, type StatefulVerdict } from '../../domain/stateful/verdict.ts';
import { firstRun, type ProofTools, secondRun } from './run-acceptance.ts';
import { loadStateful, probeRefusals, runSequence, type StatefulModule } from './run-sequence.ts';

export interface StatefulAcceptance extends StatefulVerdict {
  /** The gold sequence as it ran; null when the module does not parse. */
  readonly gold: SequenceRun | null;
}

/** The verdict on a candidate. Throws SandboxError (Infra) when the sandbox fails; nothing the code does throws. */
export async function runStateful(tools: ProofTools, candidate: StatefulCandidate): Promise<StatefulAcceptance> {
  const evidence = await gather(tools, candidate);
  return { ...judgeStateful(candidate, evidence, tools.validate), gold: evidence.gold };
}

const nothing = { fresh: null, gold: null, repeat: null, shortened: null, shuffled: null, refusals: null };

async function gather(tools: ProofTools, candidate: StatefulCandidate): Promise<Evidence> {
  const inspection = await tools.inspector.inspect(candidate.code);
  if (!hasFacts(inspection)) return { ...nothing, inspection };
  const target = await loadStateful(tools.sandbox, candidate.code);
  const { calls } = candidate;
  const [fresh, gold, repeat] = await Promise.all([
    runSequence(target, { calls: [], options: firstRun }),
    runSequence(target, { calls, options: firstRun }),
    runSequence(target, { calls, options: secondRun }),
  ]);
  const seen = { ...nothing, inspection, fresh, gold, repeat };
  // Sequences that miss the goal say nothing beside a gold sequence that misses it too.
  return canCompare(candidate, gold) ? { ...seen, ...(await others(target, candidate, gold)) } : seen;
}

/** Everything is run with the arguments of the gold run; a call whose arguments nobody could know yet is not made. */
async function others(
  target: StatefulModule,
  candidate: StatefulCandidate,
  gold: SequenceRun,
): Promise<Pick<Evidence, 'shortened' | 'shuffled' | 'refusals' | 'stuck'>> {
  const { calls } = gold;
  const needs = needsOf(candidate, gold);
  const run = (order: readonly number[]): Promise<SequenceRun> =>
    runSequence(target, {
      calls: order.flatMap((at) => calls[at] ?? []),
      options: firstRun,
      makeable: makeable(order, needs),
    });
  const seed = hashJson(calls as unknown as Json);
  const shortened: SequenceRun[] = [];
  const shuffled: { order: readonly number[]; run: SequenceRun }[] = [];
  const orders = [...shortenedSequences(calls.length), ...otherOrders(calls.length, seed)];
  for (const order of orders) {
    const seen = await run(order);
    const stuck = stuckCall(seen);
    if (stuck !== undefined) return { shortened: null, shuffled: null, refusals: null, stuck };
    if (order.length < calls.length) shortened.push(seen);
    else shuffled.push({ order, run: seen });
  }
  const refusals = await inTurn(calls, (call, at) => {
    const document = candidate.design.tools.find((tool) => tool.name === call.name);
    return document === undefined
      ? Promise.resolve([])
      : probeRefusals(
          target,
          { calls, options: firstRun },
          { at, choose: (before) => refusalProbes(document, call, before) },
        );
  });
  return { shortened, shuffled, refusals: refusals.flat() };
}

/** One after the other: each episode has a process of its own, and other proofs wait for them. */
async function inTurn<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [at, item] of items.entries()) results.push(await work(item, at));
  return results;
}
