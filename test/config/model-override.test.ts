import assert from 'node:assert/strict';
import { withModel } from '../../src/config/model-override.ts';
import { resolveModel } from '../../src/domain/run/models.ts';
import { ModelRole, RunConfig } from '../../src/domain/run/schema.ts';

describe('withModel', () => {
  const config = RunConfig.parse({ models: { default: { model: 'a' }, judge: { model: 'b', temperature: 0.3 } } });

  it('replaces the model of every role and nothing else', () => {
    const changed = withModel(config, 'c');

    assert.deepEqual(
      ModelRole.options.map((role) => resolveModel(changed, role).model),
      ['c', 'c', 'c', 'c', 'c', 'c'],
    );
    assert.equal(resolveModel(changed, 'judge').temperature, 0.3);
  });

  it('changes nothing for an absent or empty name', () => {
    assert.equal(withModel(config, undefined), config);
    assert.equal(withModel(config, ''), config);
  });
});
