import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadPersonas } from '../../src/activities/store/personas.ts';
import { readSourceFile } from '../../src/activities/store/source-file.ts';
import { countQuestions } from '../../src/cli/forecast/count-questions.ts';
import { checkout } from '../../src/config/load.ts';
import { readRunFile } from '../../src/config/run-file.ts';
import { trainerNeed } from '../../src/domain/run/trainer-need.ts';
import { absentNames, serversOf } from '../../src/domain/tool-pool/source.ts';

describe('the shipped configurations', () => {
  const read = (name: string): ReturnType<typeof readRunFile> => readRunFile(join(checkout, 'configs', `${name}.yaml`));

  it('demo shows all five ways a question comes in, scenarios, and finished environments', () => {
    const modes = new Set(read('demo').environments?.sources.map(({ mode }) => mode));

    assert.deepEqual([...modes].sort(), [
      'corpus',
      'domain',
      'environment',
      'list',
      'question',
      'scenario',
      'taxonomy',
    ]);
  });

  it('demo and smoke stay small', async () => {
    assert.deepEqual(await countQuestions(read('demo')), { questions: 10, scenarios: 2, servers: 5 });
    assert.deepEqual(await countQuestions(read('smoke')), { questions: 2, scenarios: 0 });
  });

  it('stateful is scenarios alone', async () => {
    assert.deepEqual(await countQuestions(read('stateful')), { questions: 0, scenarios: 12 });
  });

  it('tools names real servers, and none that is held out', async () => {
    const [source] = read('tools').trajectories?.servers ?? [];
    const { rows } = await readSourceFile(source?.file ?? '');

    const names = serversOf({ file: 'real.json', skipInvalid: false }, rows).flatMap(({ reading }) =>
      reading.ok ? [reading.server.name] : [],
    );
    assert.equal(names.length, 31);
    assert.ok(source?.include?.every((name) => names.includes(name)));
  });

  it('trajectories plays with real servers in every kind, for people of its own set', async () => {
    const stage = read('trajectories').trajectories;
    const { rows } = await readSourceFile(stage?.servers[0]?.file ?? '');

    assert.deepEqual(absentNames(stage?.servers[0] ?? assert.fail(), rows), []);
    assert.ok(Object.values(stage?.episodes.kinds ?? {}).every((share) => share > 0));
    assert.equal((await loadPersonas(stage ?? assert.fail())).length, 12);
  });

  it('smollm2 needs the real model, training the nano policy alone; both learn in the same bundled environments', () => {
    const [real, nano] = [read('smollm2'), read('training')];

    assert.equal(trainerNeed(real), 'real');
    assert.equal(trainerNeed(nano), 'nano');
    assert.deepEqual(real.environments?.sources, nano.environments?.sources);
    assert.deepEqual(real.evaluation?.heldOut, nano.evaluation?.heldOut);
    assert.deepEqual(read('smollm2-faulty').evaluation, real.evaluation);
  });

  it('paper-14b keeps the numbers of the paper', () => {
    const { environments } = read('paper-14b');

    assert.deepEqual(environments?.selection, { percentile: 90 });
    assert.ok(environments.sources.every(({ hops }) => hops.min === 3 && hops.max === 5));
    assert.equal(environments.dropFailedNodes, false);
    assert.equal(environments.merge, true);
  });
});
