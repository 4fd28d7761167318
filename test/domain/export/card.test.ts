import assert from 'node:assert/strict';
import { type CardFacts, datasetCard } from '../../../src/domain/export/card.ts';
import { table } from '../../../src/domain/export/card-text.ts';

const facts: CardFacts = {
  seed: 7,
  environments: [
    {
      language: 'en',
      domain: 'travel',
      scenario: 'Multi-Hop',
      hops: 2,
      nodes: [
        { id: 1, dependencies: [] },
        { id: 2, dependencies: [1] },
      ],
      toolCalls: 1,
    },
  ],
  stateful: [],
  licences: [null],
  sources: [{ mode: 'corpus', licence: null }],
  yields: { question: { ok: 3, 'failed:Provider.Budget': 1 }, instance: { 'rejected:leak': 2, ok: 2 }, scenario: {} },
  threshold: 0.875,
  conversations: null,
  standIn: false,
  prompts: [
    {
      prompt: 'environment/tool-call',
      hash: 'abcdef0123456789',
      model: 'm',
      calls: 2,
      promptTokens: 100,
      completionTokens: 50,
      cost: 0.30000000000000004,
    },
  ],
  formats: ['astra', 'card'],
};

describe('the dataset card', () => {
  const card = datasetCard(facts);

  it('begins with front matter that names licence, language and size', () => {
    assert.deepEqual(card.split('\n').slice(0, 7), [
      '---',
      'license: "unknown"',
      'language: ["en"]',
      'task_categories: ["text-generation"]',
      'tags: ["tool-use", "function-calling", "reinforcement-learning", "synthetic"]',
      'size_categories: "n<1K"',
      '---',
    ]);
    assert.match(datasetCard({ ...facts, licences: ['mit', 'cc0-1.0'] }), /^---\nlicense: other\n/);
  });

  it('prints yields by frequency, then by name', () => {
    assert.ok(card.includes('| ok | 3 | 75.0 % |\n| failed:Provider.Budget | 1 | 25.0 % |'), card);
    assert.ok(card.includes('| ok | 2 | 50.0 % |\n| rejected:leak | 2 | 50.0 % |'), card);
  });

  it('prints figures, models, prompt versions and rounded cost', () => {
    assert.ok(card.includes('| sub-questions with a tool | 50.0 % |'));
    assert.ok(card.includes('| environment/tool-call | abcdef012345 | m | 2 | 100 | 50 |'));
    assert.ok(
      card.includes('2 calls, 150 tokens, cost 0.3 at the configured prices. That is 150 tokens per environment.'),
    );
    assert.ok(card.includes('1 of 1 environments come from a source that states no licence.'));
  });

  it('says "unknown" and "None" of what an empty run cannot know', () => {
    const empty = datasetCard({ ...facts, environments: [], licences: [], prompts: [], threshold: null });

    assert.ok(empty.includes('| sub-questions with a tool | unknown |'));
    assert.ok(empty.includes('None.'));
    assert.ok(empty.includes('No instance was scored.'));
    assert.ok(!empty.includes('NaN'));
  });

  it('counts tasks with state beside questions, or alone', () => {
    const stateful = [
      { language: 'zh', tools: 4, calls: 3, dependencies: 2, checks: 3 },
      { language: 'en', tools: 5, calls: 5, dependencies: 3, checks: 4 },
    ];
    const both = datasetCard({ ...facts, stateful, licences: [null, null, 'mit'] });
    assert.ok(both.includes('1 questions, each with tools'));
    assert.ok(both.includes('2 tasks with state:'));
    assert.ok(both.includes('| gold calls per task | 4.00 |\n| dependencies between calls per task | 2.50 |'), both);
    assert.ok(both.includes('language: ["en", "zh"]'));
    assert.ok(both.includes('2 of 3 environments come from a source that states no licence.'));
    assert.ok(!datasetCard({ ...facts, environments: [], stateful }).includes('questions, each with tools'));
    assert.ok(!card.includes('with state:'));
  });

  it('keeps its tables whole whatever a domain is called', () => {
    assert.equal(table(['a'], [['x|y\nz']]), '| a |\n| --- |\n| x\\|y z |');
  });
});
