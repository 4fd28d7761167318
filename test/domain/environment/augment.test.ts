import assert from 'node:assert/strict';
import {
  carryAnswers,
  renewedAnswer,
  renewInstance,
  swapInText,
  swapsBetween,
} from '../../../src/domain/environment/augment.ts';
import { cities } from '../../support/proven-tools.ts';
import { goldOf } from '../../support/python-tools.ts';

describe('new questions for proven tools', () => {
  it('exchange a value that stands in the text once, as a word of its own', () => {
    assert.equal(swapInText('7 times 17', [{ from: '7', to: '3' }]), '3 times 17');
    assert.equal(
      swapInText('from Lyon to Paris', [
        { from: 'Paris', to: 'Lyon' },
        { from: 'Lyon', to: 'Nice' },
      ]),
      'from Nice to Lyon',
    );
    assert.equal(swapInText('Lyon and Lyon', [{ from: 'Lyon', to: 'Nice' }]), undefined);
    assert.equal(swapInText('Lyonnais', [{ from: 'Lyon', to: 'Nice' }]), undefined);
  });

  it('are not made from arguments that no text can hold', () => {
    assert.deepEqual(swapsBetween({ a: 1, b: 'x' }, { a: 2, b: 'x' }), [{ from: '1', to: '2' }]);
    assert.equal(swapsBetween({ a: [1] }, { a: [2] }), undefined);
  });

  it('carry the new answers of earlier nodes into the arguments that held the old ones', () => {
    const answers = [{ before: goldOf('12'), now: goldOf('40') }];
    assert.deepEqual(carryAnswers({ number: 12, factor: 3, label: '12' }, answers), {
      args: { number: 40, factor: 3, label: '40' },
      resting: ['number', 'label'],
    });
  });

  it('take the answer from the place where the old one stood, and none from an output of another form', () => {
    assert.equal(renewedAnswer(goldOf('12'), { city: 'a', count: 12 }, { city: 'b', count: 40 })?.text, '40');
    assert.equal(renewedAnswer(goldOf('12'), { count: 12 }, { count: 40, note: 'x' }), undefined);
    assert.equal(renewedAnswer(goldOf('12'), { count: 12 }, { count: 'many' }), undefined);
    assert.equal(renewedAnswer(goldOf('12'), { count: 12, again: 12 }, { count: 1, again: 2 }), undefined);
  });

  const renewed = [
    { nodeId: 1, swaps: [{ from: 'Paris', to: 'Nice' }], answer: goldOf('348085') },
    { nodeId: 2, swaps: [], answer: goldOf('522250') },
    { nodeId: 3, swaps: [], answer: goldOf('-174165') },
  ];

  it('are instances of their own that name where they came from', () => {
    const made = renewInstance(cities, renewed);
    assert.ok(made.ok);
    const { instance } = made;
    assert.equal(instance.question, 'How many more people live in Nice than in Lyon?');
    assert.deepEqual(
      instance.nodes.map(({ subQuestion }) => subQuestion),
      [
        'How many people live in Nice?',
        'How many people live in Lyon?',
        'How much larger is the first number than the second?',
      ],
    );
    assert.equal(instance.answer.text, '-174165');
    assert.notEqual(instance.id, cities.id);
    assert.deepEqual(instance.source.provenance, { augmentedFrom: 'inst-cities' });
  });

  it('are refused by name when the question lacks the value or the final answer is no node’s', () => {
    const absent = renewInstance({ ...cities, question: 'Which is larger?' }, renewed);
    assert.deepEqual(absent, { ok: false, rule: 'value_not_in_question' });
    const foreign = renewInstance({ ...cities, answer: goldOf('about a million') }, renewed);
    assert.deepEqual(foreign, { ok: false, rule: 'answer_of_no_node' });
  });
});
