/**
 * The row of an environment with state (ours; beside method §8.6): content-addressed, complete enough to be proven again
 * from the file alone.
 */
import { contentId, type EnvironmentId } from '../ids.ts';
import type { Json } from '../json.ts';
import { fingerprint, type SequenceRun, type StatefulCandidate } from './candidate.ts';
import type { Goal } from './goal.ts';
import type { Scenario, StatefulEnvironment, StatefulRuleResult } from './schema.ts';
import type { Dependency } from './sequences.ts';

export interface ProvenSequence {
  readonly gold: SequenceRun;
  readonly goal: Goal;
  readonly dependencies: readonly Dependency[];
  readonly results: readonly StatefulRuleResult[];
}

/** Id: what the agent meets, the module, and where the gold sequence leads. */
export function statefulId(row: Omit<StatefulEnvironment, 'id'>): EnvironmentId {
  const { scenarioId, task, documents, code, gold, goal, answers, initialStateHash, finalStateHash } = row;
  const content = { scenarioId, task, documents, code, gold, goal, answers, initialStateHash, finalStateHash };
  // Everything in a row was parsed from JSON or built of texts.
  return contentId('environment', content as unknown as Json);
}

/** The row of a candidate whose rules all hold. */
export function statefulEnvironment(
  origin: { readonly id: string; readonly scenario: Scenario },
  { design, code }: StatefulCandidate,
  { gold, goal, dependencies, results }: ProvenSequence,
): StatefulEnvironment {
  const [initialStateHash = '', ...hashes] = gold.stateHashes;
  const { scenario, domain, language, licence } = origin.scenario;
  const row: Omit<StatefulEnvironment, 'id'> = {
    schemaVersion: 1,
    mode: 'stateful',
    scenarioId: origin.id,
    scenario,
    domain,
    language,
    task: design.task,
    documents: design.tools,
    stateSchema: design.state_schema,
    initialState: design.initial_state,
    code,
    initialStateHash,
    gold: gold.calls.map((call, at) => ({
      fn: call.name,
      args: call.arguments,
      result: gold.results[at]?.canonical ?? '',
      stateHash: hashes[at] ?? '',
    })),
    finalStateHash: hashes.at(-1) ?? '',
    goal: [...goal.assertions],
    answers: [...goal.answers],
    dependencies: dependencies.map(([earlier, later]): [number, number] => [earlier + 1, later + 1]),
    proof: [...results],
    ...(licence === undefined ? {} : { licence }),
  };
  return { id: statefulId(row), ...row };
}

/** Where a run differs from the gold sequence of a row; empty when every result and state is the stored one. */
export function replayProblems(row: StatefulEnvironment, run: SequenceRun): string[] {
  const hashes = [row.initialStateHash, ...row.gold.map((step) => step.stateHash)];
  const problems = [
    ...(run.stateHashes[0] === row.initialStateHash ? [] : ['the first state has another hash']),
    ...row.gold.flatMap(({ fn, result }, at) => {
      const got = run.results[at];
      const place = `call ${at + 1} (${fn})`;
      if (got?.status !== 'ok') return [`${place} ${got === undefined ? 'was not made' : fingerprint(got)}`];
      const state = run.stateHashes[at + 1] === hashes[at + 1] ? [] : [`${place}: the state after it has another hash`];
      return got.canonical === result
        ? state
        : [`${place}: got ${got.canonical?.slice(0, 80)}; stored ${result.slice(0, 80)}`, ...state];
    }),
  ];
  return hashes.at(-1) === row.finalStateHash ? problems : [...problems, 'the last call leaves another final state'];
}
