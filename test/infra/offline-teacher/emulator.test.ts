import assert from 'node:assert/strict';
import fc from 'fast-check';
import { faultKind } from '../../../infra/offline-teacher/faults/fault-kinds.ts';
import { readFaultPlan } from '../../../infra/offline-teacher/faults/fault-plan.ts';
import { spoil } from '../../../infra/offline-teacher/faults/spoil.ts';
import { drawAgentFault } from '../../../infra/offline-teacher/faults/spoil-agent.ts';
import { readRequest } from '../../../infra/offline-teacher/read-request.ts';
import { goodChoice, jsonChoice } from '../../../infra/offline-teacher/replies/choice.ts';
import { PROMPTS } from '../../../infra/offline-teacher/replies/prompt-table.ts';
import { emulationPrompts } from '../../../src/domain/emulation/prompts.ts';
import { EmulateReply, type EmulationState, ToolOutputReply } from '../../../src/domain/emulation/schema.ts';
import { nextWorld, replayProblems } from '../../../src/domain/emulation/world.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { ToolRequest } from '../../../src/domain/tool-call/schema.ts';
import { emptyWorld, shop } from '../../domain/emulation/emulation-play.ts';
import { tool } from './agent-play.ts';

const [outputSpec, emulateSpec] = emulationPrompts;
assert.ok(outputSpec && emulateSpec);

/** The schema of results that the teacher infers; undefined for a tool that declares one. */
function inferred(name: string): ToolOutputReply | undefined {
  const server = shop as unknown as Json; // parsed from JSON
  if (shop.tools.find((one) => one.name === name)?.output !== undefined) return undefined;
  const inputs = outputSpec?.inputs({ server }, { tool: name }) ?? {};
  const reply = PROMPTS['trajectory/tool-output']?.({ inputs, seed: name, profile: 'usual' }) ?? {};
  const checked = outputSpec?.check(reply, { server }, { tool: name });
  assert.equal(checked?.ok, true, JSON.stringify(checked));
  return ToolOutputReply.parse(reply);
}

function factsFor(state: EmulationState, request: ToolRequest): JsonObject {
  const output = inferred(request.name);
  return { server: shop, state, request, ...(output === undefined ? {} : { output }) } as unknown as JsonObject;
}

function written(facts: JsonObject): JsonObject {
  const inputs = emulateSpec?.inputs(facts, {}) ?? {};
  return PROMPTS['trajectory/emulate']?.({ inputs, seed: 'x', profile: 'usual' }) ?? {};
}

const call = fc.oneof(
  fc.record({ name: fc.constant('create_order'), arguments: fc.record({ total: fc.integer({ min: 1, max: 90 }) }) }),
  fc.record({ name: fc.constant('list_orders'), arguments: fc.constant({}) }),
  fc.record({
    name: fc.constantFrom('get_order', 'cancel_order', 'update_order'),
    arguments: fc.record({ order_id: fc.constantFrom('order-1001', 'order-1002', 'x-9') }),
  }),
);

describe('the emulator of the offline teacher', () => {
  it('keeps every rule of its world, call after call, and the log makes the world again', () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 8 }), fc.nat(9), (requests, salt) => {
        let state = emptyWorld(`episode-${salt}`);
        for (const request of requests) {
          const facts = factsFor(state, request);
          const reply = written(facts);
          const checked = emulateSpec?.check(reply, facts, {});
          assert.equal(
            checked?.ok,
            true,
            `${JSON.stringify(request)} ${JSON.stringify(reply)} ${JSON.stringify(checked)}`,
          );
          state = nextWorld(state, request, EmulateReply.parse(reply));
        }
        assert.deepEqual(replayProblems(state), []);
      }),
      { numRuns: 60 },
    );
  });

  it('finds what it made', () => {
    const made = EmulateReply.parse(
      written(factsFor(emptyWorld(), { name: 'create_order', arguments: { total: 42 } })),
    );
    const state = nextWorld(emptyWorld(), { name: 'create_order', arguments: { total: 42 } }, made);
    const { id } = made.result as { id: string };
    const found = written(factsFor(state, { name: 'get_order', arguments: { order_id: id } }));
    assert.deepEqual(found, { result: made.result, is_error: false, state_patch: [] });
  });

  for (const [kind, rule] of [
    ['off-schema', 'result_off_schema'],
    ['unknown-entity', 'patch_invalid'],
    ['writing-read', 'read_changes_state'],
    ['changing-error', 'error_changes_state'],
  ] as const) {
    it(`spoiled as ${kind} is refused by the rule ${rule}`, () => {
      const facts = factsFor(emptyWorld(), { name: 'get_order', arguments: { order_id: 'x-9' } });
      const fault = faultKind(kind);
      assert.ok(fault);
      const { value } = spoil(fault, readRequest({ messages: [] }), jsonChoice(written(facts)));
      const checked = emulateSpec?.check(value ?? null, facts, {});
      const rules = checked?.ok === false ? checked.problems.map((one) => one.rule) : [];
      assert.ok(rules.includes(rule), JSON.stringify(checked));
    });
  }
});

describe('an agent of the offline teacher that works badly', () => {
  const tools = [
    tool('list_notes', 'List all notes', {}),
    tool('get_note', 'Get a note by its title', { title: { type: 'string' } }),
  ];
  const question = { role: 'user', content: 'Get a note by its title (title "Fair").' };
  const first = { messages: [question], tools };
  const called = { id: 'c1', type: 'function', function: { name: 'get_note', arguments: '{"title":"Fair"}' } };
  const result = { role: 'tool', tool_call_id: 'c1', content: 'Error: note not found' };
  const later = { messages: [question, { role: 'assistant', content: null, tool_calls: [called] }, result], tools };

  function spoiled(kind: string, body: JsonObject): ReturnType<typeof goodChoice> {
    const request = readRequest(body);
    const fault = drawAgentFault(readFaultPlan(`rate=1;kinds=${kind}`), request, 0);
    assert.equal(fault, kind);
    return spoil(fault, request, goodChoice(request, 0));
  }

  it('calls what is not there, with values that nobody said, or in no JSON', () => {
    assert.equal(spoiled('ghost-call', first).toolCalls[0]?.name, 'open_the_pod_bay_doors');
    assert.equal(spoiled('invented-argument', first).toolCalls[0]?.written, '{"title":"Zubrowka 77"}');
    assert.throws(() => JSON.parse(spoiled('broken-arguments', first).toolCalls[0]?.written ?? ''), SyntaxError);
  });

  it('repeats itself without end, says nothing, or calls a failure a success', () => {
    assert.equal(spoiled('endless-repeat', later).toolCalls[0]?.written, '{"title":"Fair"}');
    assert.equal(spoiled('silent-end', later).content, '');
    assert.match(spoiled('ignored-error', later).content ?? '', /went well/);
  });

  it('is drawn for the whole conversation, and for no request of another make', () => {
    const plan = readFaultPlan('rate=0.5;kinds=episode');
    const drawn = Array.from({ length: 20 }, (_, seed) =>
      [first, later].map((body) => drawAgentFault(plan, readRequest({ ...body, seed }), 0)),
    );
    for (const [one, two] of drawn) assert.equal(one, two);
    assert.ok(drawn.some(([one]) => one === undefined) && drawn.some(([one]) => one !== undefined));
    assert.equal(drawAgentFault(plan, readRequest({ messages: [question] }), 0), undefined);
  });
});
