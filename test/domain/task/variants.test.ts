import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AskedReply } from '../../../src/domain/task/schema.ts';
import { variantId, variantsOf } from '../../../src/domain/task/variants.ts';
import { office, planOrder, question, written } from './office.ts';

const persona = { id: 'p-1', licence: 'CC0', description: 'Age 40.' };
const task = { id: 'task-1', server: office, order: { ...planOrder, personas: [persona] }, written };
const asked = (more: Partial<AskedReply>): AskedReply => ({
  mode: 'diverse',
  persona: null,
  reply: null,
  why: null,
  ...more,
});

describe('variants of a task', () => {
  it('are the original once, then what each augmentation brought, with all that was said of it', () => {
    const variants = variantsOf(
      task,
      [
        asked({
          reply: {
            variations: [{ question: 'Begin one for "Bo", then finish it.', context: 'A friend.', constraints: [] }],
          },
        }),
        asked({ mode: 'complicate', why: 'Provider.Timeout: gone' }),
        asked({
          mode: 'persona',
          persona: 0,
          reply: { variations: [{ question: 'For my ward: begin one for "Al".' }] },
        }),
      ],
      1,
    );

    assert.deepEqual(
      variants.map(({ variant, problem }) => [variant.augmentation?.mode ?? 'original', variant.question, problem]),
      [
        ['original', question, null],
        ['diverse', 'Begin one for "Bo", then finish it.', null],
        ['persona', 'For my ward: begin one for "Al".', null],
      ],
    );
    assert.deepEqual(variants[1]?.variant.augmentation?.context, 'A friend.');
    assert.deepEqual(variants[2]?.variant.augmentation?.persona, { id: 'p-1', licence: 'CC0' });
  });

  it('keep to the number asked for, and refuse one by one', () => {
    const reply = {
      variations: [
        { question },
        { question: 'Use open_case.' },
        'text',
        { question: '' },
        { question: 'Beyond the number.' },
      ],
    };

    const variants = variantsOf(task, [asked({ reply })], 4);

    assert.deepEqual(
      variants.map(({ problem }) => problem?.rule),
      [undefined, 'variation_unchanged', 'names_tool'],
    );
  });

  it('hold the original exactly once under an id of its own, whatever the augmentations are', () => {
    const reply = fc.option(
      fc.record({
        variations: fc.array(
          fc.oneof(fc.string(), fc.record({ question: fc.oneof(fc.string(), fc.constant(question)) })),
        ),
      }),
      { nil: null },
    );
    const mode = fc.constantFrom('diverse' as const, 'complicate' as const);
    const augmentations = fc.array(
      fc.record({ mode, reply }).map((one) => asked(one)),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(augmentations, fc.integer({ min: 1, max: 5 }), (list, variations) => {
        const variants = variantsOf(task, list, variations);
        const originals = variants.filter(({ variant }) => variant.augmentation === null);
        assert.equal(originals.length, 1);
        assert.equal(
          variants.filter(({ variant, problem }) => problem === null && variant.question === question).length,
          1,
        );
        assert.ok(
          !variants.slice(1).some(({ variant }) => variantId(variant) === variantId(variants[0]?.variant ?? variant)),
        );
      }),
    );
  });
});
