import assert from 'node:assert/strict';
import { homeNamespace } from '../../infra/home-namespace.ts';

const server = { address: '127.0.0.1:7233', ui: 'http://127.0.0.1:8233' };

describe('the namespace of a home', () => {
  it('is its own and stays the same', () => {
    assert.equal(homeNamespace('/data/one', {}, undefined), 'astra-b6b60f4d');
    assert.equal(homeNamespace('/data/one/', {}, undefined), 'astra-b6b60f4d');
    assert.equal(homeNamespace('/data/two', {}, undefined), 'astra-8af578f8');
  });

  it('stays the one that holds the runs of a home of before, also after the home was moved', () => {
    assert.equal(homeNamespace('/data/one', {}, { ...server, namespace: 'astra' }), 'astra');
    assert.equal(homeNamespace('/moved/here', {}, { ...server, namespace: 'astra-b6b60f4d' }), 'astra-b6b60f4d');
  });

  it('is what the environment says, and an empty variable says nothing', () => {
    const before = { ...server, namespace: 'astra' };
    assert.equal(homeNamespace('/data/one', { TEMPORAL_NAMESPACE: 'research' }, before), 'research');
    assert.equal(homeNamespace('/data/one', { TEMPORAL_NAMESPACE: '' }, before), 'astra');
  });

  it('is not taken from a server of somebody else', () => {
    const outside = { address: 'temporal.example:7233', namespace: 'theirs' };
    assert.equal(homeNamespace('/data/one', {}, outside), 'astra-b6b60f4d');
  });
});
