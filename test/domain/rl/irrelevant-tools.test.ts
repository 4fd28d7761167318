import assert from 'node:assert/strict';
import { seededRng } from '../../../src/domain/random.ts';
import { bandsOf, type Candidate, drawIrrelevant, type InScope } from '../../../src/domain/rl/irrelevant-tools.ts';

const tool = (name: string, domain = 'other', answer = ''): Candidate => ({
  name,
  says: name === 'double' ? 'what self says' : `what ${name} says`,
  domain,
  heldOut: name === 'unseen',
  gives: (wanted) => wanted === answer,
});
const pool = [
  tool('self', 'own'),
  tool('near'),
  tool('middle'),
  tool('far'),
  tool('neighbour', 'own'),
  tool('spoiler', 'other', '42'),
];
const scope: InScope = {
  names: new Set(['self']),
  descriptions: new Set(['what self says']),
  domain: 'own',
  heldOut: false,
  answers: ['42'],
  rows: [{ self: 0, likeness: [1, 0.8, 0.5, 0.1, 0.9, 0.1] }],
};

describe('bands of irrelevant tools', () => {
  it('are cut after the likeness of each row is stretched to 0..1, without the tool itself', () => {
    // (0.8 - 0.1) / (0.9 - 0.1) = 0.875 and (0.5 - 0.1) / 0.8 = 0.5.
    assert.deepEqual(bandsOf(pool, scope), { high: [1], medium: [2], low: [3] });
  });

  it('leave out tools of the same domain, of the same name, and those that give a gold answer', () => {
    const offered = Object.values(bandsOf(pool, scope)).flat();

    assert.deepEqual(offered.includes(4), false, 'same domain');
    assert.deepEqual(offered.includes(5), false, 'gives a gold answer');
    assert.deepEqual(offered.includes(0), false, 'in scope');
  });

  it('keep tools of held-out environments out of training, not out of the measure', () => {
    const wide = [...pool, tool('unseen')];
    const rows = scope.rows.map(({ self, likeness }) => ({ self, likeness: [...likeness, 0.1] }));

    assert.deepEqual(bandsOf(wide, { ...scope, rows }).low, [3]);
    assert.deepEqual(bandsOf(wide, { ...scope, rows, heldOut: true }).low, [3, 6]);
  });

  it('leave out what says the same as a tool in scope: it would serve as well', () => {
    const wide = [...pool, tool('double')];
    const rows = scope.rows.map(({ self, likeness }) => ({ self, likeness: [...likeness, 0.9] }));

    assert.deepEqual(
      Object.values(bandsOf(wide, { ...scope, rows }))
        .flat()
        .includes(6),
      false,
    );
  });

  it('offer tools of the same domain where the run says so', () => {
    const { domain: _domain, ...others } = scope;

    assert.deepEqual(
      Object.values(bandsOf(pool, { ...others, domain: undefined }))
        .flat()
        .includes(4),
      true,
    );
  });

  it('count a tool in the highest band of all tools in scope', () => {
    const rows = [...scope.rows, { self: 4, likeness: [0, 0, 0, 1, 1, 0] }];

    assert.deepEqual(bandsOf(pool, { ...scope, rows }), { high: [1, 3], medium: [2], low: [] });
  });

  it('are all low where every likeness is the same', () => {
    const rows = [{ self: 0, likeness: [1, 0.3, 0.3, 0.3, 0.3, 0.3] }];

    assert.deepEqual(bandsOf(pool, { ...scope, rows }), { high: [], medium: [], low: [1, 2, 3] });
  });

  it('give the same tools for the same seed, and at most so many of each', () => {
    const bands = { high: [1, 2, 3], medium: [4], low: [] };
    const draw = (seed: string): number[] => drawIrrelevant(seededRng(seed), bands, 2);

    assert.deepEqual(draw('a'), draw('a'));
    assert.equal(draw('a').length, 3);
    assert.deepEqual(drawIrrelevant(seededRng('a'), bands, 0), []);
  });
});
