import assert from 'node:assert/strict';
import { clusterProblems } from '../../../src/domain/environment/clusters.ts';

describe('intent clusters', () => {
  it('hold every node once', () => {
    assert.deepEqual(clusterProblems([{ ids: [1, 3] }, { ids: [2] }], [1, 2, 3]), []);
  });

  it('are refused with unknown, repeated or missing nodes', () => {
    assert.deepEqual(clusterProblems([{ ids: [1, 9] }, { ids: [1] }], [1, 2]), [
      'unknown ids: 9',
      'ids in more than one place: 1',
      'ids in no cluster: 2',
    ]);
  });
});
