import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ZodType } from 'zod';
import { PROMPTS } from '../../../infra/offline-teacher/replies/prompt-table.ts';
import * as decomposition from '../../../src/domain/decomposition/schema.ts';
import * as emulation from '../../../src/domain/emulation/schema.ts';
import * as environment from '../../../src/domain/environment/schema.ts';
import * as graph from '../../../src/domain/graph/schema.ts';
import type { Json } from '../../../src/domain/json.ts';
import * as judgement from '../../../src/domain/judgement/schema.ts';
import * as stateful from '../../../src/domain/stateful/schema.ts';
import * as task from '../../../src/domain/task/schema.ts';
import { UserReply } from '../../../src/domain/user-simulation/schema.ts';
import { replyFor } from './asking.ts';

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }),
  fc.constantFrom(
    'What is the registration code of Velamora Guild?',
    'Please find the sum of 1,200.50 EUR and that amount.',
    '请查出该机构的负责人。',
    'Combien de gares compte la ligne 4 de Paris ?',
    'Is {x} or "y" right?',
  ),
);
const answer = fc.oneof(text, fc.constantFrom('42', '1,240.50 EUR', 'true', '2027-03-14', 'a; b; c'));
const id = fc.integer({ min: 1, max: 30 });
const nodes = fc.uniqueArray(
  fc.record({ id, sub_question: text, answer, dependencies: fc.array(id, { maxLength: 3 }) }),
  { selector: (node) => node.id, minLength: 1, maxLength: 6 },
);
const question = fc.record({
  question: text,
  known: fc.array(fc.record({ question: text, answer }), { maxLength: 3 }),
});
const parameter = fc.constantFrom<Json>(
  { type: 'string' },
  { type: 'integer', minimum: 1 },
  { type: 'string', enum: ['a', 'b'] },
  { type: 'array', items: { type: 'number' } },
  { type: 'boolean', default: false },
);
const name = fc.constantFrom('alpha', 'beta', 'subject', 'organisation', 'date');
const tool = fc
  .tuple(fc.dictionary(name, parameter, { minKeys: 1, maxKeys: 4 }), fc.boolean())
  .map(([properties, all]) => ({
    name: 'some_tool',
    description: 'A tool.',
    parameters: { type: 'object', properties, required: Object.keys(properties).slice(0, all ? undefined : 1) },
  }));
const shown = fc.record({ text: answer, type: fc.constantFrom('number', 'boolean', 'date', 'list', 'phrase') });
const request = fc.record(
  {
    mode: fc.constantFrom('domain', 'list', 'corpus', 'question', 'taxonomy'),
    domain: text,
    language: fc.constantFrom('en', 'zh', 'fr', 'ja', 'ar', 'xx'),
    hops: fc.integer({ min: 1, max: 6 }).map((min) => ({ min, max: min + 1 })),
    corpus: text,
    question: text,
    answer: fc.oneof(answer, fc.integer(), fc.boolean()),
    taxonomy: fc.record({ path: fc.array(text, { maxLength: 3 }), description: text, example: text }),
  },
  { requiredKeys: ['mode', 'domain', 'language', 'hops'] },
);
const judged = { question: text, nodes };
const tools = fc.array(
  tool.map((one) => ({ ...one, name: `${Object.keys(one.parameters.properties).join('_')}_tool` })),
  { minLength: 1, maxLength: 5 },
);
const steps = tools.map((list) => list.map((one, at) => ({ step: at + 1, tool: one })));
const served = { server: fc.record({ name: text, description: text }) };
const seenCall = fc.record({ call_id: text, name: text, arguments: text });
const talk = fc.array(
  fc.oneof(
    fc.record({ role: fc.constant('user'), content: text }),
    fc.record({ role: fc.constant('assistant'), content: text, calls: fc.array(seenCall, { maxLength: 2 }) }),
    fc.record({ role: fc.constant('tool'), call_id: text, content: text }),
  ),
  { maxLength: 5 },
);
const cases = fc.array(fc.record({ id, question, answer: shown }), { minLength: 1, maxLength: 3 });

const world = {
  tools: fc.array(tool, { maxLength: 3 }),
  state_schema: fc.constant({ type: 'object', properties: {} }),
  initial_state: fc.dictionary(name, fc.integer()),
};

const language = fc.constantFrom('en', 'zh', 'ru', 'xx');
const facts = fc.array(fc.record({ name, value: text }), { maxLength: 2 });

const TABLE: { readonly [prompt: string]: readonly [ZodType, { readonly [name: string]: fc.Arbitrary<unknown> }] } = {
  'decomposition/decompose': [decomposition.DecomposeReply, { request }],
  'decomposition/necessity': [decomposition.NecessityReply, judged],
  'decomposition/dependency': [
    decomposition.DependencyReply,
    {
      sub_question: fc.record({ id, sub_question: text }),
      references: fc.array(fc.record({ id, question: text, answer }), { maxLength: 3 }),
    },
  ],
  'decomposition/atomicity': [decomposition.AtomicityReply, judged],
  'decomposition/serialization': [decomposition.SerializationReply, judged],
  'decomposition/completeness': [decomposition.CompletenessReply, { ...judged, answer }],
  'environment/tool-document': [environment.ToolDocumentReply, { question }],
  'environment/tool-complexity': [environment.ToolDocumentReply, { question, tool }],
  'environment/tool-call': [environment.ToolCallReply, { question, tool }],
  'environment/tool-implementation': [environment.ToolImplementationReply, { question, answer: shown, tool }],
  'environment/intent-clusters': [environment.IntentClustersReply, { nodes }],
  'environment/merge-implementation': [environment.ToolImplementationReply, { tool, code: text, cases }],
  'stateful/design': [stateful.DesignReply, { scenario: fc.record({ scenario: text, language: text }) }],
  'stateful/plan': [stateful.PlanReply, { task: text, ...world }],
  'stateful/implementation': [environment.ToolImplementationReply, world],
  'task/plan': [task.WriterReply, { ...served, chain: tools, tools, language }],
  'task/free': [task.WriterReply, { ...served, tools, tool_count: fc.integer({ min: 1, max: 3 }), language }],
  'task/augment': [
    task.AugmentReply,
    {
      mode: fc.constantFrom('diverse', 'complicate', 'persona'),
      number: fc.integer({ min: 1, max: 3 }),
      question: text,
      tools,
      persona: fc.option(text),
      language,
    },
  ],
  'task/score': [
    task.ScoreReply,
    { ...served, tools, intended_tools: fc.array(text, { maxLength: 3 }), question: text },
  ],
  'task/without-tools': [task.WithoutToolsReply, { question: text }],
  'task/user-script': [
    task.ScriptReply,
    {
      kind: fc.constantFrom('missing_parameter', 'changed_mind', 'multi_request'),
      question: text,
      tools,
      other_tools: tools,
      language,
    },
  ],
  'trajectory/chain-proposal': [graph.ChainProposalReply, { ...served, tools }],
  'trajectory/chain-dependency': [graph.ChainDependencyReply, { ...served, steps }],
  'trajectory/chain-vote': [graph.ChainVoteReply, { ...served, tools, chain: fc.array(text, { maxLength: 4 }) }],
  'trajectory/chain-query': [graph.ChainQueryReply, { ...served, steps }],
  'trajectory/query-chain': [graph.QueryChainReply, { request: text, tools }],
  'trajectory/tool-output': [
    emulation.ToolOutputReply,
    { ...served, tool, other_tools: fc.array(text, { maxLength: 3 }) },
  ],
  'trajectory/emulate': [
    emulation.EmulateReply,
    {
      ...served,
      tool,
      only_reads: fc.boolean(),
      output_schema: fc.constantFrom({ type: 'string' }, { type: 'object', properties: { id: { type: 'string' } } }),
      world: fc.constant({ seed: 's', entities: {}, deleted: {}, counters: {} }),
      earlier_calls: fc.constant([]),
      user_request: fc.constant(null),
      call: fc.record({ tool: name, arguments: fc.dictionary(name, fc.oneof(text, fc.integer())) }),
    },
  ],
  'trajectory/user': [
    UserReply,
    {
      language: fc.constantFrom('en', 'zh', 'de', 'xx'),
      goal: text,
      known: facts,
      withheld: facts,
      later_wish: fc.option(text),
      conversation: fc.array(fc.record({ role: fc.constantFrom('user', 'agent'), text }), { maxLength: 4 }),
    },
  ],
  'trajectory/judge-query': [judgement.QueryReply, { request: text, tools, first_turn: talk, afterwards: talk }],
  'trajectory/judge-calls': [judgement.CallsReply, { tools, conversation: talk, notes: fc.constant([]) }],
  'trajectory/judge-step': [judgement.StepReply, { tools, before: talk, turn: talk }],
  'trajectory/judge-answer': [
    judgement.AnswerReply,
    { request: text, conversation: talk, answer: text, notes: fc.constant([]) },
  ],
};

describe('replies of the offline teacher', () => {
  it('are tested for every prompt of the table', () => {
    assert.deepEqual(Object.keys(TABLE).sort(), Object.keys(PROMPTS).sort());
  });

  it('to task/user-script say something also where nothing was asked', () => {
    const tool = { name: 'find_key', description: 'Finds a key.', parameters: { type: 'object', properties: {} } };
    for (const kind of ['missing_parameter', 'changed_mind', 'multi_request']) {
      const inputs = { kind, question: ' ', tools: [tool], other_tools: [tool], language: 'en' };
      const reply = replyFor({ prompt: 'task/user-script', inputs, seed: 0 });
      assert.notEqual(TABLE['task/user-script']?.[0].parse(reply), undefined);
    }
  });

  for (const [prompt, [schema, blocks]] of Object.entries(TABLE)) {
    it(`to ${prompt} fit their schema whatever is asked`, () => {
      fc.assert(
        fc.property(fc.record(blocks), fc.nat(), (inputs, seed) => {
          // The generators above make JSON values only.
          const reply = replyFor({ prompt, inputs: inputs as { [block: string]: Json }, seed });
          schema.parse(reply);
          if (prompt === 'decomposition/decompose') {
            for (const item of decomposition.DecomposeReply.parse(reply).decompositions) {
              decomposition.DecompositionItem.parse(item);
            }
          }
        }),
        { numRuns: 150 },
      );
    });
  }

  it('name exactly the nodes that were shown', () => {
    fc.assert(
      fc.property(nodes, fc.nat(), (list, seed) => {
        const inputs = { question: 'q', answer: 'a', nodes: list };
        const ids = list.map((node) => node.id);
        for (const prompt of ['decomposition/necessity', 'decomposition/atomicity']) {
          const judgements = replyFor({ prompt, inputs, seed })['nodes'] as { id: number }[];
          assert.deepEqual(
            judgements.map((one) => one.id),
            ids,
          );
        }
        const clusters = replyFor({ prompt: 'environment/intent-clusters', inputs, seed })['clusters'] as {
          ids: number[];
        }[];
        const grouped = clusters.flatMap((cluster) => cluster.ids);
        assert.equal(grouped.length, ids.length);
        assert.deepEqual(new Set(grouped), new Set(ids));
      }),
      { numRuns: 60 },
    );
  });

  it('change with the seed, so that another sample is another try', () => {
    const inputs = { request: { mode: 'domain', domain: 'tides', language: 'en', hops: { min: 2, max: 3 } } };
    const replies = [1, 2, 3].map((seed) =>
      JSON.stringify(replyFor({ prompt: 'decomposition/decompose', inputs, seed })),
    );
    assert.equal(new Set(replies).size, 3);
  });
});
