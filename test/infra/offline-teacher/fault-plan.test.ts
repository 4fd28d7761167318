import assert from 'node:assert/strict';
import { drawFault, readFaultPlan } from '../../../infra/offline-teacher/faults/fault-plan.ts';

/** How often each kind is drawn in 2000 requests to the prompt. */
function draws(spec: string, prompt: string | undefined): { [kind: string]: number } {
  const plan = readFaultPlan(spec);
  const counts: { [kind: string]: number } = {};
  for (let at = 0; at < 2000; at++) {
    const kind = drawFault(plan, { hash: `request ${at}`, prompt }, 0) ?? 'none';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

describe('a fault plan', () => {
  it('gives one of its kinds to the share of requests it names', () => {
    const counts = draws('rate=0.33;kinds=429,500,hang', 'decomposition/necessity');
    assert.deepEqual(
      Object.keys(counts).sort((a, b) => (a < b ? -1 : 1)),
      ['429', '500', 'hang', 'none'],
    );
    assert.ok(Math.abs((counts['none'] ?? 0) / 2000 - 0.67) < 0.04, JSON.stringify(counts));
  });

  it('gives each kind its own share', () => {
    const counts = draws('429:0.05,prose:0.1', 'decomposition/necessity');
    assert.ok(Math.abs((counts['429'] ?? 0) / 2000 - 0.05) < 0.02, JSON.stringify(counts));
    assert.ok(Math.abs((counts['prose'] ?? 0) / 2000 - 0.1) < 0.025, JSON.stringify(counts));
  });

  it('keeps wrong work to the prompts it can spoil, and a bound kind to its prompt', () => {
    assert.deepEqual(draws('cyclic,constant', 'environment/tool-call'), { none: 2000 });
    assert.deepEqual(draws('prose@tool-call', 'environment/tool-document'), { none: 2000 });
    assert.deepEqual(draws('prose@tool-call', 'environment/tool-call'), { prose: 2000 });
    assert.deepEqual(draws('constant@environment/tool-implementation', 'environment/tool-implementation'), {
      constant: 2000,
    });
  });

  it('is the same for the same request, and another for another seed', () => {
    const plan = readFaultPlan('transport:0.5');
    const kinds = (seed: number): string[] =>
      Array.from({ length: 40 }, (_, at) => drawFault(plan, { hash: `${at}`, prompt: undefined }, seed) ?? 'none');
    assert.deepEqual(kinds(1), kinds(1));
    assert.notDeepEqual(kinds(1), kinds(2));
  });

  it('opens groups, and is empty for an empty text', () => {
    assert.equal(new Set(Object.keys(draws('nondeterministic', 'environment/tool-implementation'))).size, 5);
    assert.deepEqual(draws('', 'decomposition/decompose'), { none: 2000 });
    assert.deepEqual(draws('none', 'decomposition/decompose'), { none: 2000 });
  });

  it('names the word it does not understand', () => {
    assert.throws(() => readFaultPlan('429,flood'), /"flood" is no kind of fault; known: 429 /);
    assert.throws(() => readFaultPlan('429:1.5'), /share in "429:1.5" is not between 0 and 1/);
    assert.throws(() => readFaultPlan('rate=x;429'), /rate=x is not a number/);
  });
});
