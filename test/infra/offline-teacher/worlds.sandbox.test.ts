import assert from 'node:assert/strict';
import type { FaultKind } from '../../../infra/offline-teacher/faults/fault-kinds.ts';
import { createProofTools } from '../../../src/activities/proof/activities.ts';
import type { ProofTools } from '../../../src/activities/proof/run-acceptance.ts';
import { runStateful } from '../../../src/activities/proof/run-stateful.ts';
import type { OwnedSandbox } from '../../../src/activities/sandbox/contract.ts';
import { createZygoteSandbox } from '../../../src/activities/sandbox/zygote-pool.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { promptSpecs } from '../../../src/domain/prompt/registry.ts';
import { candidateOfReplies, type StatefulCandidate } from '../../../src/domain/stateful/candidate.ts';
import { DesignReply, PlanReply } from '../../../src/domain/stateful/schema.ts';
import { replyFor } from './asking.ts';

const scenarios = {
  bookings: 'A guest house takes bookings.',
  files: 'A clerk keeps an archive.',
  cart: 'A shop by the pier.',
};
type FamilyName = keyof typeof scenarios;

/** The reply of one writer, as its prompt shows the facts. */
function write(prompt: string, facts: JsonObject, asked: { seed: number; faults?: string }): JsonObject {
  const spec = promptSpecs.find((one) => one.id === prompt);
  assert.ok(spec !== undefined);
  return replyFor({ prompt, inputs: spec.inputs(facts, {}), ...asked });
}

function repliesFor(family: FamilyName, asked: { seed: number; faults?: string }) {
  const scenario = { scenario: scenarios[family], domain: 'general', language: 'en', repeat: 0, provenance: {} };
  const design = write('stateful/design', { scenario }, asked);
  return {
    design,
    plan: write('stateful/plan', { design }, asked),
    code: write('stateful/implementation', { design }, asked),
  };
}

function candidateFor(family: FamilyName, asked: { seed: number; faults?: string }): StatefulCandidate {
  const { design, plan, code } = repliesFor(family, asked);
  return candidateOfReplies(DesignReply.parse(design), PlanReply.parse(plan), String(code['code']));
}

/** Problems of a reply that the prompt's own check finds, before anything is stored. */
function refusedWhenAsked(prompt: string, reply: Json, facts: JsonObject): string[] {
  const checked = promptSpecs.find((one) => one.id === prompt)?.check(reply, facts, {});
  return checked?.ok === false ? checked.problems.map((problem) => problem.rule) : [];
}

describe('the worlds with state that the teacher writes', function () {
  this.timeout(120_000);
  let sandbox: OwnedSandbox;
  let tools: ProofTools;

  before(async () => {
    sandbox = await createZygoteSandbox();
    tools = createProofTools(sandbox);
  });
  after(() => sandbox.close());

  const failedRules = async (candidate: StatefulCandidate): Promise<string[]> =>
    (await runStateful(tools, candidate)).results
      .filter((result) => !result.ok)
      .map((result) => `${result.rule}: ${result.detail}`);

  for (const family of ['bookings', 'files', 'cart'] as const) {
    it(`of ${family} are usable as asked and pass every rule, each seed another task`, async () => {
      const tasks = new Set<string>();
      for (let seed = 1; seed <= 6; seed++) {
        const { design, plan, code } = repliesFor(family, { seed });
        assert.deepEqual(refusedWhenAsked('stateful/design', design, { scenario: scenarioFacts }), []);
        assert.deepEqual(refusedWhenAsked('stateful/plan', plan, { design }), []);
        assert.deepEqual(refusedWhenAsked('stateful/implementation', code, { design }), []);
        assert.deepEqual(await failedRules(candidateFor(family, { seed })), [], String(design['task']));
        tasks.add(String(design['task']));
      }
      assert.equal(tasks.size, 6);
    });
  }

  const firing: { readonly [Kind in FaultKind]?: { readonly family?: FamilyName; readonly rule: string } } = {
    'open-answer': { rule: 'leak' },
    'order-free': { family: 'cart', rule: 'dependencies' },
    'forgotten-call': { rule: 'goal' },
    'idle-call': { rule: 'shortened' },
    'loose-goal': { rule: 'shortened' },
    'wrong-total': { rule: 'goal' },
    'goal-met': { rule: 'open_goal' },
    'invented-value': { rule: 'traceable' },
    'no-effect': { rule: 'goal' },
    unchecked: { rule: 'refusals' },
    'dirty-error': { rule: 'refusals' },
    'other-state': { rule: 'initial_state' },
    'second-store': { rule: 'static' },
    'set-order': { rule: 'repeat_run' },
    'random-id': { rule: 'static' },
    'unknown-field': { rule: 'state' },
    'module-talk': { rule: 'module_output' },
    'renamed-parameter': { rule: 'signature' },
    'broken-source': { rule: 'static' },
  };

  for (const [kind, { family = 'bookings', rule }] of Object.entries(firing)) {
    it(`spoiled as ${kind} are refused by ${rule}`, async () => {
      for (let seed = 1; ; seed++) {
        assert.ok(seed < 20, 'no seed gave this kind anything to spoil');
        const bad = candidateFor(family, { seed, faults: kind });
        if (JSON.stringify(bad) === JSON.stringify(candidateFor(family, { seed }))) continue;
        const rules = await failedRules(bad);
        assert.ok(
          rules.some((text) => text.startsWith(`${rule}: `)),
          rules.join('\n'),
        );
        return;
      }
    });
  }

  it('spoiled as misfit-state or twin-tools are refused before anything is written from them', () => {
    const refused = (faults: string) => {
      const design = write('stateful/design', { scenario: scenarioFacts }, { seed: 1, faults });
      return refusedWhenAsked('stateful/design', design, { scenario: scenarioFacts });
    };
    assert.deepEqual(refused('misfit-state'), ['initial_state']);
    assert.deepEqual(refused('twin-tools'), ['document']);
  });
});

const scenarioFacts = { scenario: 'A guest house.', domain: 'general', language: 'en', repeat: 0, provenance: {} };
