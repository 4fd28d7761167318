import assert from 'node:assert/strict';
import { isReadingTool } from '../../../src/domain/emulation/reading-call.ts';
import { nextWorld, openWorld, replayProblems, worldHash } from '../../../src/domain/emulation/world.ts';
import { emptyWorld } from './emulation-play.ts';

const request = { name: 'create_order', arguments: { total: 12 } };
const reply = (id: string, total: number) => ({
  result: { id },
  is_error: false,
  state_patch: [{ op: 'set' as const, type: 'order', id, fields: { total } }],
});

describe('an emulated world', () => {
  it('is made again from its log, call by call, to the same hash', () => {
    const world = nextWorld(nextWorld(emptyWorld(), request, reply('o-1', 12)), request, reply('o-2', 3));
    assert.deepEqual(replayProblems(world), []);
    assert.deepEqual(
      world.log.map(({ world: hash }) => hash === worldHash(world)),
      [false, true],
    );
  });

  it('tells when its log does not lead to it', () => {
    const world = nextWorld(emptyWorld(), request, reply('o-1', 12));
    const changed = { ...world, entities: { order: { 'o-1': { total: 13 } } } };
    assert.deepEqual(replayProblems(changed), ['the log leads to another world than the one it stands in']);
    const [call] = world.log;
    assert.ok(call);
    const forged = { ...world, log: [{ ...call, world: 'f'.repeat(64) }] };
    assert.deepEqual(replayProblems(forged), ['call 1 (create_order) leaves another world than the log says']);
  });

  it('refuses changes that do not fit, whoever validated them', () => {
    const merge = {
      ...reply('o-1', 1),
      state_patch: [{ op: 'merge' as const, type: 'order', id: 'o-1', fields: { total: 1 } }],
    };
    assert.throws(() => nextWorld(emptyWorld(), request, merge), /no such entity/);
  });

  it('shows the question by a coin of its own for each episode', () => {
    const opened = Array.from({ length: 200 }, (_, at) =>
      openWorld({ seed: '7', episode: `episode-${at}`, question: 'Q', showQuestion: 0.5 }),
    );
    const shown = opened.filter(({ question }) => question === 'Q').length;
    assert.ok(shown > 70 && shown < 130, `shown ${shown} of 200`);
    assert.deepEqual(opened[3], openWorld({ seed: '7', episode: 'episode-3', question: 'Q', showQuestion: 0.5 }));
    assert.equal(new Set(opened.map(({ seed }) => seed)).size, 200);
  });

  it('knows reading tools by the verbs of their documents', () => {
    const reads = (name: string, description = ''): boolean => isReadingTool({ name, description });
    assert.deepEqual(
      ['get_order', 'searchFlights', 'get_or_create_user', 'set_status', 'weather'].map((name) => reads(name)),
      [true, true, false, false, false],
    );
    assert.equal(reads('weather', 'Returns the weather of a city'), true);
    assert.equal(reads('order', 'Creates an order'), false);
  });
});
