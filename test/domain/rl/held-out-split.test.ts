import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type SplitSubject, splitByDomain, splitHeldOut, splitSubject } from '../../../src/domain/rl/held-out-split.ts';
import { shop } from '../../support/shop-environment.ts';

const subject = (id: string, template: string, ...entities: string[]): SplitSubject => ({
  id,
  domain: 'towns',
  template,
  entities,
});

describe('holding environments out', () => {
  it('keeps templates and entities of both sides apart', () => {
    const letters = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const list = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), letters, fc.array(letters, { maxLength: 2 })), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 24,
    });
    fc.assert(
      fc.property(list, (rows) => {
        const subjects = rows.map(([id, template, entities]) => subject(id, template, ...entities));
        const split = splitHeldOut(subjects, 0.25, 'seed');
        const held = subjects.filter(({ id }) => split.heldOut.includes(id));
        const trained = subjects.filter(({ id }) => split.training.includes(id));
        const shared = trained.some((one) =>
          held.some(
            (other) =>
              other.template === one.template || other.entities.some((entity) => one.entities.includes(entity)),
          ),
        );
        return !shared && split.training.length + split.heldOut.length + split.left.length === subjects.length;
      }),
    );
  });

  it('takes whole groups of environments until the share is reached', () => {
    const subjects = Array.from({ length: 10 }, (_, at) => subject(`e${at}`, `t${at}`, `n${at}`));
    const split = splitHeldOut(subjects, 0.2, 'seed');

    assert.equal(split.heldOut.length, 2);
    assert.equal(split.training.length, 8);
    assert.equal(split.by, 'template and entity');
    assert.deepEqual(splitHeldOut(subjects, 0.2, 'seed'), split);
    assert.notDeepEqual(splitHeldOut(subjects, 0.2, 'another seed').heldOut, split.heldOut);
  });

  it('leaves out what shares an entity when everything hangs together', () => {
    const subjects = [
      subject('a', 't1', 'x'),
      subject('b', 't2', 'x', 'y'),
      subject('c', 't3', 'y'),
      subject('d', 't1'),
    ];
    const split = splitHeldOut(subjects, 0.25, 'seed');

    assert.equal(split.by, 'template, sharing entities left out');
    assert.equal(split.heldOut.length > 0, true);
    assert.equal(split.training.length + split.heldOut.length + split.left.length, 4);
  });

  it('holds a whole domain out, without what is no stranger to training', () => {
    const other = (one: SplitSubject): SplitSubject => ({ ...one, domain: 'other towns' });
    const subjects = [
      subject('a', 't1', 'x'),
      other(subject('b', 't2', 'y')),
      other(subject('c', 't1', 'z')),
      other(subject('d', 't3', 'x')),
    ];
    const { training, heldOut, left, by } = splitByDomain(subjects, 'other towns');

    assert.deepEqual([training, heldOut, left.map(({ id }) => id), by], [['a'], ['b'], ['c', 'd'], 'domain']);
  });

  it('holds nothing out of a single template', () => {
    const split = splitHeldOut([subject('a', 't', 'x'), subject('b', 't', 'x')], 0.5, 'seed');

    assert.deepEqual(split, { training: ['a', 'b'], heldOut: [], left: [], by: 'everything trains' });
  });

  it('takes tasks that differ in their values for one template, and works on one scenario for relatives', () => {
    const named = (name: string, scenario = 'A shop.') =>
      splitSubject({
        ...shop,
        id: name,
        scenario,
        task: `Open the shop ${name} for "Lena".`,
        gold: shop.gold.map((step) => ({ ...step, args: { name } })),
      });
    const [corner, harbour, other] = [named('Corner'), named('Harbour'), named('Corner', 'Another shop.')];

    assert.equal(corner.template, harbour.template);
    assert.notEqual(corner.template, splitSubject(shop).template);
    assert.ok(corner.entities.includes('corner') && other.entities.includes('corner'));
    const shared = (a: typeof corner, b: typeof corner): number =>
      a.entities.filter((entity) => b.entities.includes(entity)).length;
    assert.deepEqual([shared(corner, harbour), shared(harbour, other), shared(corner, other)], [1, 0, 1]);
  });
});
