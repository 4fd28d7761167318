import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seededRng } from '../../../src/domain/random.ts';
import { chainOrders, freeOrders, taskId } from '../../../src/domain/task/orders.ts';
import { drawPersonas, readPersona } from '../../../src/domain/task/personas.ts';
import type { Persona } from '../../../src/domain/task/schema.ts';

const personas: readonly Persona[] = Array.from({ length: 50 }, (_, at) => ({
  id: `p-${at}`,
  licence: 'CC-BY-4.0',
  description: `Person ${at}.`,
}));
const settings = {
  seed: 1,
  perChain: 2,
  free: { toolCounts: [2, 1, 2, 9], perCount: 2 },
  personasPerTask: 3,
  personas,
};
const chain = { id: 'chain-1', tools: ['a', 'b'] };

describe('orders for tasks', () => {
  it('are one per chain and sample, and one per number of tools and sample', () => {
    const free = freeOrders('hash', 4, settings).map(({ order }) => [order.toolCount, order.sample]);

    assert.equal(chainOrders('hash', chain, settings).length, 2);
    // No more tools than there are, and equal numbers once.
    assert.deepEqual(free, [
      [2, 0],
      [2, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it('have ids of what was asked for, and the same personas for the same seed', () => {
    const [first] = chainOrders('hash', chain, settings);
    const [again] = chainOrders('hash', chain, settings);
    const [other] = chainOrders('hash', chain, { ...settings, seed: 2 });

    assert.deepEqual(first, again);
    assert.equal(first?.id, taskId(first?.order ?? assert.fail()));
    assert.equal(first?.id, other?.id);
    assert.notDeepEqual(first?.order.personas, other?.order.personas);
  });

  it('draw personas without replacement', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
        const drawn = drawPersonas(seededRng(seed), personas, count);
        assert.equal(drawn.length, Math.min(count, personas.length));
        assert.equal(new Set(drawn.map(({ id }) => id)).size, drawn.length);
      }),
    );
  });
});

describe('a persona', () => {
  const row = {
    uuid: 'u-1',
    age: 41,
    occupation: 'registered_nurse',
    education_level: 'bachelors',
    professional_persona: `Maria ${'keeps a ward running '.repeat(20)}`,
    skills_and_expertise_list: '["triage", "rosters", "a", "b", "c", "d"]',
    hobbies_and_interests_list: ['choir'],
  };

  it('is told in a few sentences, with its id and licence', () => {
    const reading = readPersona(row, 'CC-BY-4.0');

    assert.ok(reading.ok);
    assert.deepEqual([reading.persona.id, reading.persona.licence], ['u-1', 'CC-BY-4.0']);
    assert.match(
      reading.persona.description,
      /^Age 41\. Occupation: Registered Nurse\. Education: Bachelors\. Maria .{190,200}… Skills: triage, rosters, a, b, c\. Interests: choir\.$/u,
    );
  });

  it('is refused when a list would have to be evaluated', () => {
    const reading = readPersona({ ...row, skills_and_expertise_list: "['a', __import__('os')]" }, 'x');

    assert.ok(!reading.ok && reading.detail.includes('no JSON list'));
    assert.ok(!readPersona({ ...row, professional_persona: ' ' }, 'x').ok);
    assert.ok(!readPersona([], 'x').ok);
  });
});
