import assert from 'node:assert/strict';
import { readRating } from '../../src/domain/task/import/rating.ts';
import { readTaggedReply } from '../../src/domain/task/import/tagged-reply.ts';
import { chainOrders, freeOrders } from '../../src/domain/task/orders.ts';
import { targetProblems } from '../../src/domain/task/target-rules.ts';
import { variantsOf } from '../../src/domain/task/variants.ts';
import { freeOrder, office, planOrder, written } from '../domain/task/office.ts';

const settings = { seed: 1, perChain: 1, free: { toolCounts: [1, 2], perCount: 1 }, personasPerTask: 0, personas: [] };

describe('what the original lets through, in tasks', () => {
  it('probe 5: tags in a line, told apart by a space, are two tools, each checked against the server', () => {
    const tagged = (tools: string): string =>
      `<response><server_analysis>A desk.</server_analysis><target_tools>${tools}</target_tools><question><![CDATA[Do it.]]></question></response>`;

    for (const tools of [
      '<tool>open_case</tool> <tool>ghost</tool>',
      'open_case, ghost',
      '\n1. open_case\n2. `ghost`\n',
      '<!-- two --> open_case ghost',
    ]) {
      const reply = readTaggedReply(tagged(tools));
      assert.deepEqual(reply?.target_tools, ['open_case', 'ghost'], tools);
      assert.deepEqual(
        targetProblems(reply?.target_tools ?? [], freeOrder, office).map(({ rule, detail }) => [rule, detail]),
        [['unknown_tool', 'the server has no tool "ghost"']],
      );
    }
    assert.equal(readTaggedReply(tagged(' ')), undefined);
  });

  it('probe 6: a rating is its word, whatever stands around it, and no other', () => {
    assert.equal(readRating('tool_selection_difficulty', 'very hard.'), 5);
    assert.equal(readRating('scenario_realism', '**Highly  realistic**.'), 5);
    assert.equal(readRating('tool_selection_uniqueness', 'unique'), undefined);
    assert.equal(readRating('question_quality', 'very poor, poor, average, good, excellent'), undefined);
    assert.equal(readRating('question_quality', 6), undefined);
  });

  it('probe 9: chains that were rejected give no task: only what passed is ordered', () => {
    const passed: { id: string; tools: string[] }[] = [];

    assert.deepEqual(
      passed.flatMap((chain) => chainOrders('hash', chain, settings)),
      [],
    );
  });

  it('probe 10: three chains of one server give one free request per number of tools', () => {
    const free = freeOrders('hash', office.tools.length, settings);

    assert.deepEqual(
      free.map(({ order }) => [order.toolCount, order.chain]),
      [
        [1, null],
        [2, null],
      ],
    );
    assert.equal(new Set(free.map(({ id }) => id)).size, 2);
  });

  it('probe 11: augmented in every mode, the original stands once, also when all of it failed', () => {
    const task = { id: 'task-1', server: office, order: planOrder, written };
    const modes = ['diverse', 'complicate', 'persona'] as const;
    const failed = modes.flatMap((mode) => [0, 1].map(() => ({ mode, persona: null, reply: null, why: 'prose' })));
    const done = modes.slice(0, 2).map((mode, at) => ({
      mode,
      persona: null,
      reply: { variations: [{ question: `Start a file for somebody new, number ${at}, and end it.` }] },
      why: null,
    }));

    const originals = (list: Parameters<typeof variantsOf>[1]): number =>
      variantsOf(task, list, 2).filter(({ variant }) => variant.augmentation === null).length;

    assert.deepEqual([originals(failed), originals(done), originals([])], [1, 1, 1]);
    assert.equal(variantsOf(task, done, 2).length, 3);
  });
});
