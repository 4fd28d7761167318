import assert from 'node:assert/strict';
import { comparedLogprobs, logprobLimit, logprobMark } from '../../../src/domain/rl/logprob-watch.ts';

const local = { kind: 'local' } as const;
const tinker = { kind: 'tinker', url: 'http://gpu:1', apiKeyEnv: 'KEY', loraRank: 0 } as const;

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

  it('compares what was sampled with what another engine computed, the tokens of the newest policy apart', () => {
    const rows = [
      { version: 3, mask: [0, 1, 1], logprobs: [0, -1, -2] },
      { version: 2, mask: [0, 0, 1], logprobs: [0, 0, -3] },
    ] as const;

    assert.deepEqual(
      comparedLogprobs(
        rows,
        [
          [-1.5, -2.25],
          [-9, -2],
        ],
        3,
      ),
      {
        kl: (0.5 + 0.25 - 1) / 3,
        logprob_diff_max: 0.5,
        tokens_fresh: 2,
        tokens_trained: 3,
      },
    );
    assert.throws(() => comparedLogprobs(rows, [[-1, -2]], 3), /1 rows came back for 2/);
    assert.throws(() => comparedLogprobs(rows, [[-1, -2], [-3]], 3), /1 log-probabilities came back for row 1 of 3/);
    assert.deepEqual(comparedLogprobs([{ version: 3, mask: [0, 0], logprobs: [0, 0] }], [[-1]], 3), {});
  });

  it('says nothing where nothing was measured: no such metric, no token of the newest policy, no limit', () => {
    assert.deepEqual(logprobMark({ kl: 0 }, 1e-4), {});
    assert.deepEqual(logprobMark({ logprob_diff_max: 0, tokens_fresh: 0 }, 1e-4), {});
    assert.deepEqual(logprobMark({ logprob_diff_max: 1, tokens_fresh: 9 }, null), {});
  });
});
