import assert from 'node:assert/strict';
import { headOf } from '../../../src/domain/task/shown-tools.ts';
import { office } from './office.ts';

describe('a service as a task writer is told of it', () => {
  const head = { name: 'office', title: 'office', description: office.description, domain: 'office' };
  const reach = { kind: 'stdio' as const, command: 'npx', args: ['-y', 'office'], env: { KEY: 'value' } };
  const nothing = { folders: [], files: {}, repositories: [] };

  it('says what it holds before anybody works with it, long texts cut', () => {
    const state = {
      folders: ['files'],
      files: { 'files/notes.txt': 'Order seedlings.', long: 'x'.repeat(900) },
      repositories: ['repo'],
    };
    assert.deepEqual(headOf({ ...office, reach: { ...reach, state } }), {
      ...head,
      holds: {
        folders: ['files'],
        repositories: ['repo'],
        files: { 'files/notes.txt': 'Order seedlings.', long: 'x'.repeat(600) },
      },
    });
  });

  it('says nothing of how it is started, nor of what nobody knows', () => {
    assert.deepEqual(headOf(office), head);
    assert.deepEqual(headOf({ ...office, reach: { ...reach, state: nothing } }), head);
  });
});
