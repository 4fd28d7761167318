import assert from 'node:assert/strict';
import { createProofTools } from '../../../src/activities/proof/activities.ts';
import type { ProofTools } from '../../../src/activities/proof/run-acceptance.ts';
import { runStateful } from '../../../src/activities/proof/run-stateful.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import type { ParameterSchema } from '../../../src/domain/environment/schema.ts';
import type { StatefulCandidate } from '../../../src/domain/stateful/candidate.ts';
import {
  changed,
  libraryCandidate,
  libraryCode,
  libraryDesign,
  libraryPlan,
  lookupCandidate,
} from '../../support/stateful-library.ts';

describe('the proof of an environment with state', function () {
  this.timeout(60_000);
  let sandbox: OwnedSandbox;
  let tools: ProofTools;

  before(async () => {
    sandbox = await createZygoteSandbox({});
    tools = createProofTools(sandbox);
  });
  after(() => sandbox.close());

  const failedRules = async (candidate: StatefulCandidate): Promise<string[]> =>
    (await runStateful(tools, candidate)).results.filter((result) => !result.ok).map((result) => result.rule);

  it('accepts an honest candidate and knows which call rests on which', async () => {
    const verdict = await runStateful(tools, libraryCandidate());

    assert.deepEqual(
      verdict.results.filter((result) => !result.ok),
      [],
    );
    assert.deepEqual(verdict.dependencies, [
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    assert.deepEqual(verdict.goal?.assertions, [
      { path: ['books', 'b-17', 'lent'], equals: true },
      { path: ['loans', 'loan-2', 'days'], equals: 23 },
    ]);
    assert.deepEqual(
      verdict.gold?.results.map((run) => run.canonical),
      ['{"days":14,"loan_id":"loan-2"}', '{"days":23,"loan_id":"loan-2"}', '{"total_days":124}'],
    );
  });

  it('knows a look-up to be needed where it alone tells what a later call is made with', async () => {
    const verdict = await runStateful(tools, lookupCandidate());

    assert.deepEqual(
      verdict.results.filter((result) => !result.ok),
      [],
    );
    assert.deepEqual(
      verdict.dependencies.filter(([earlier]) => earlier === 0),
      [
        [0, 1],
        [0, 2],
        [0, 3],
      ],
    );
    assert.deepEqual(await failedRules(lookupCandidate({ withoutLookup: true })), ['traceable']);
  });

  const [lend, extend, sum] = libraryPlan.calls as [
    (typeof libraryPlan.calls)[0],
    (typeof libraryPlan.calls)[0],
    (typeof libraryPlan.calls)[0],
  ];
  const code = (source: string): StatefulCandidate => libraryCandidate({ code: source });
  const orderRules = ['shortened', 'dependencies', 'shuffled', 'refusals'];

  const defects: Readonly<Record<string, { candidate: () => StatefulCandidate; rules: readonly string[] }>> = {
    'an effect that is missing': {
      candidate: () => code(changed('lend', 'book["lent"] = True', 'pass')),
      rules: ['goal', ...orderRules],
    },
    'a call that is forgotten': {
      candidate: () => libraryCandidate({ plan: { calls: [lend, sum], answers: [{ call: 2, answer: '124' }] } }),
      rules: ['goal', ...orderRules],
    },
    'a call that nobody needs': {
      candidate: () =>
        libraryCandidate({
          plan: {
            calls: [sum, lend, { ...extend, arguments: { loan_id: '$2.loan_id', days: 9 } }, sum],
            goal: secondLoan('$2'),
            answers: [{ call: 4, answer: '124' }],
          },
        }),
      rules: ['shortened', 'shuffled'],
    },
    'calls in any order': {
      candidate: () =>
        libraryCandidate({
          design: { task: 'Extend loan-1 by 9 days, then by 14 days, and lend b-17 to Ines Vargo for 14 days.' },
          plan: {
            calls: [{ name: 'extend_loan', arguments: { loan_id: 'loan-1', days: 9 } }, lend],
            goal: [
              { path: ['loans', 'loan-1', 'days'], equals: 110 },
              { path: ['books', 'b-17', 'lent'], equals: true },
            ],
            answers: [],
          },
        }),
      rules: ['dependencies'],
    },
    'an order that the goal does not look at': {
      candidate: () =>
        libraryCandidate({
          design: { task: 'Extend loan-1 by 9 days, then by 14 days, and lend b-17 to Ines Vargo for 14 days.' },
          plan: {
            calls: [
              { name: 'extend_loan', arguments: { loan_id: 'loan-1', days: 9 } },
              { name: 'extend_loan', arguments: { loan_id: 'loan-1', days: 14 } },
            ],
            goal: [{ path: ['loans', 'loan-1', 'days'], equals: 124 }],
            answers: [],
          },
        }),
      rules: ['shuffled'],
    },
    'a goal that holds from the start': {
      candidate: () =>
        libraryCandidate({
          plan: { goal: [...libraryPlan.goal, { path: ['books', 'b-18', 'lent'], equals: true }] },
        }),
      rules: ['open_goal'],
    },
    'an answer that no result holds': {
      candidate: () => libraryCandidate({ plan: { answers: [{ call: 3, answer: '125' }] } }),
      rules: ['goal', ...orderRules],
    },
    'an argument from nowhere': {
      candidate: () =>
        libraryCandidate({
          plan: {
            calls: [lend, { name: 'extend_loan', arguments: { loan_id: '$1.loan_id', days: 12 } }, sum],
            goal: [
              { path: ['books', 'b-17', 'lent'], equals: true },
              { path: ['loans', '$1.loan_id', 'days'], equals: 26 },
            ],
            answers: [{ call: 3, answer: '127' }],
          },
        }),
      rules: ['traceable'],
    },
    'a change before the check': {
      candidate: () =>
        code(
          changed(
            'extend',
            '    check_days(days)\n    check_key("loans", loan_id)\n',
            '    check_key("loans", loan_id)\n    STATE["loans"][loan_id]["days"] += 0 if isinstance(days, int) else 1\n    check_days(days)\n',
          ),
        ),
      rules: ['refusals'],
    },
    'an id that nothing has and that is accepted': {
      candidate: () =>
        code(
          changed(
            'lend',
            '    check_key("members", member)\n',
            '    if not isinstance(member, str):\n        raise TypeError("member must be text")\n',
          ),
        ),
      rules: ['refusals'],
    },
    'an order of sets in the result': {
      candidate: () =>
        code(
          changed('sum', 'return {', 'return {"names": list({"alpha", "beta", "gamma", "delta", "epsilon", "zeta"}), '),
        ),
      rules: ['repeat_run'],
    },
    'a first state of its own': {
      candidate: () => code(changed('head', '"since": 2021', '"since": 2022')),
      rules: ['initial_state'],
    },
    'a second store': {
      candidate: () =>
        code(
          changed(
            'extend',
            '    loan = STATE["loans"][loan_id]\n',
            '    loan = STATE["loans"][loan_id]\n    counters = SEEN\n    counters["extend"] = 1\n',
          ).replace('STATE = {', 'SEEN = {}\nSTATE = {'),
        ),
      rules: ['state'],
    },
    'a write to other module data': {
      candidate: () =>
        code(
          changed('extend', '    return {', '    SEEN["extend"] = 1\n    return {').replace(
            'STATE = {',
            'SEEN = {}\nSTATE = {',
          ),
        ),
      rules: ['static', 'state'],
    },
    'a STATE that is bound anew': {
      candidate: () => code(changed('extend', '    check_days(days)', '    global STATE\n    check_days(days)')),
      rules: ['static'],
    },
    'a result that stands in the source': {
      candidate: () =>
        code(changed('sum', 'return {"total_days": sum(', 'return {"total_days": 124 if member else sum(')),
      rules: ['hard_coded'],
    },
    'a parameter of another name': {
      candidate: () =>
        code(
          libraryCode()
            .replace('def member_days(member)', 'def member_days(name)')
            .replace(
              'check_key("members", member)\n    return',
              'member = name\n    check_key("members", member)\n    return',
            ),
        ),
      rules: ['signature', 'gold_sequence', 'goal', ...orderRules],
    },
    'a module that prints': {
      candidate: () => code(`${libraryCode()}\nDONE = print("ready")\n`),
      rules: ['static', 'module_output'],
    },
    'a state that the schema does not know': {
      candidate: () => code(changed('lend', '    return {', '    STATE["journal"] = [loan_id]\n    return {')),
      rules: ['state'],
    },
    'a document that gives the answer away': {
      candidate: () =>
        libraryCandidate({
          design: {
            tools: libraryDesign.tools.map((tool) => ({
              ...tool,
              parameters: { ...tool.parameters, properties: withExample(tool.parameters.properties, 124) },
            })),
          },
        }),
      rules: ['leak'],
    },
    'a task that holds the answer': {
      candidate: () =>
        libraryCandidate({
          design: { task: `${libraryDesign.task} It should be 2024 days.` },
          plan: { answers: [{ call: 3, answer: '2024 days' }] },
        }),
      rules: ['leak', 'goal', ...orderRules],
    },
    'a call that never ends in another place': {
      candidate: () =>
        code(changed('sum', '    return {', '    while len(STATE["loans"]) < 2:\n        pass\n    return {')),
      rules: ['refusals', 'shortened', 'dependencies', 'shuffled'],
    },
    'a source that does not parse': {
      candidate: () => code(libraryCode().replace('def member_days(member):', 'def member_days(member)')),
      rules: ['static', 'initial_state', 'gold_sequence', 'goal', 'open_goal', 'repeat_run', 'state', ...orderRules],
    },
  };

  for (const [defect, { candidate, rules }] of Object.entries(defects)) {
    it(`refuses ${defect} by ${rules[0]}`, async () => {
      assert.deepEqual(new Set(await failedRules(candidate())), new Set(rules));
    });
  }
});

type Properties = ParameterSchema['properties'];

function withExample(properties: Properties, value: number): Properties {
  const entries = Object.entries(properties).map(([name, schema]) => [name, { ...Object(schema), examples: [value] }]);
  return Object.fromEntries(entries);
}

function secondLoan(call: string): typeof libraryPlan.goal {
  return [
    { path: ['books', 'b-17', 'lent'], equals: true },
    { path: ['loans', `${call}.loan_id`, 'days'], equals: 23 },
  ];
}
