import assert from 'node:assert/strict';
import { logprobLimit, logprobMark } from '../../../src/domain/rl/logprob-watch.ts';

const local = { kind: 'local' } as const;
const tinker = { kind: 'tinker', url: 'http://gpu:1', apiKeyEnv: 'KEY' } as const;

describe('the watch over log-probabilities', () => {
  it('allows rounding to our own sampler, and anything to another engine, unless the run says otherwise', () => {
    assert.equal(logprobLimit({ backend: local, logprobLimit: undefined }), 1e-4);
    assert.equal(logprobLimit({ backend: tinker, logprobLimit: undefined }), null);
    assert.equal(logprobLimit({ backend: local, logprobLimit: null }), null);
    assert.equal(logprobLimit({ backend: tinker, logprobLimit: 0.02 }), 0.02);
  });

  it('marks a step above the limit, also one whose difference is no number', () => {
    const mark = (logprob_diff_max: number) => logprobMark({ logprob_diff_max, tokens_fresh: 9 }, 1e-4);

    assert.deepEqual(mark(1e-5), { logprob_diff_over: 0 });
    assert.deepEqual(mark(2e-4), { logprob_diff_over: 1 });
    assert.deepEqual(mark(Number.NaN), { logprob_diff_over: 1 });
  });

  it('says nothing where nothing was measured: no such metric, no token of the newest policy, no limit', () => {
    assert.deepEqual(logprobMark({ kl: 0 }, 1e-4), {});
    assert.deepEqual(logprobMark({ logprob_diff_max: 0, tokens_fresh: 0 }, 1e-4), {});
    assert.deepEqual(logprobMark({ logprob_diff_max: 1, tokens_fresh: 9 }, null), {});
  });
});
