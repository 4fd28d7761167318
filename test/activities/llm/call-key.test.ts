import assert from 'node:assert/strict';
import { callKey, providerLabel, requestBody, requestSeed } from '../../../src/activities/llm/call-key.ts';
import { costOf, estimateCall, textTokens } from '../../../src/activities/llm/estimate.ts';
import type { ResolvedModel } from '../../../src/domain/run/schema.ts';
import { judgeModel } from './capital-prompt.ts';

const messages = [
  { role: 'system', content: 'be brief' },
  { role: 'user', content: 'hello' },
];

function keyOf(overrides: Partial<ResolvedModel> = {}, sample = 0, seed = 7): string {
  const model = judgeModel(overrides);
  return callKey(requestBody(model, { messages, seed }), model, sample);
}

describe('callKey', () => {
  it('is the same for the same request, wherever the endpoint listens and however it is reached', () => {
    const urls = { baseUrls: ['http://host.test:8000/v1'] };

    assert.match(keyOf(), /^[0-9a-f]{64}$/);
    assert.equal(keyOf(urls), keyOf({ baseUrls: ['https://host.test:9999/other', 'http://second.test/v1'] }));
    assert.equal(keyOf(), keyOf({ apiKeyEnv: 'OTHER', concurrency: 1, timeoutSeconds: 5, structuredOutput: 'none' }));
  });

  it('differs by sample, seed, model, provider and anything in the body', () => {
    const keys = [
      keyOf(),
      keyOf({}, 1),
      keyOf({}, 0, 8),
      keyOf({ model: 'large' }),
      keyOf({ baseUrls: ['http://host.test/v1'] }),
      keyOf({ temperature: 0.5 }),
      keyOf({ extraBody: { top_k: 1 } }),
    ];

    assert.equal(new Set(keys).size, 7);
  });
});

describe('providerLabel', () => {
  it('is the host of the first base URL, or "default"', () => {
    assert.equal(providerLabel(judgeModel({ baseUrls: ['http://127.0.0.1:4444/v1'] })), '127.0.0.1');
    assert.equal(providerLabel(judgeModel()), 'default');
  });
});

describe('requestBody', () => {
  it('lets extraBody win over sampling, never over model, messages and streaming', () => {
    const extraBody = { top_p: 1, top_k: 5, model: 'evil', messages: [], stream: true };

    assert.deepEqual(requestBody(judgeModel({ extraBody }), { messages, seed: 7 }), {
      temperature: 0,
      top_p: 1,
      top_k: 5,
      max_tokens: 50,
      seed: 7,
      model: 'small',
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'hello' },
      ],
      stream: false,
    });
  });
});

describe('requestSeed', () => {
  it('is a 31-bit integer that differs by run seed, prompt, subject and sample', () => {
    const from = { seed: 1, prompt: 'p', subject: 's', sample: 0 };
    const others = [
      from,
      { ...from, seed: 2 },
      { ...from, prompt: 'q' },
      { ...from, subject: 't' },
      { ...from, sample: 1 },
    ];
    const seeds = others.map(requestSeed);

    assert.equal(new Set(seeds).size, 5);
    assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31));
  });
});

describe('estimateCall', () => {
  const price = { promptPerMillion: 2, completionPerMillion: 10 };

  it('takes a token for 3 bytes and the longest possible answer', () => {
    const estimate = estimateCall(judgeModel({ price, maxTokens: 100 }), textTokens('abcd') + textTokens('问题'));

    assert.deepEqual(estimate, { tokens: 104, cost: (4 * 2 + 100 * 10) / 1_000_000 });
  });

  it('costs what was used', () => {
    assert.equal(costOf(judgeModel({ price }), { promptTokens: 1_000_000, completionTokens: 500_000 }), 7);
  });
});
