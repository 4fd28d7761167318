import assert from 'node:assert/strict';
import { promptSpecs } from '../../../src/domain/prompt/registry.ts';
import { promptRoles } from '../../../src/domain/prompt/roles.ts';

describe('the roles that workflows choose queues by', () => {
  it('are those of the prompt specs, one for one', () => {
    assert.deepEqual(promptRoles, Object.fromEntries(promptSpecs.map((spec) => [spec.id, spec.role])));
  });
});
