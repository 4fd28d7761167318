import assert from 'node:assert/strict';
import { emulationProblems } from '../../../src/domain/emulation/judge-reply.ts';
import type { EmulateReply, EmulationState } from '../../../src/domain/emulation/schema.ts';
import { nextWorld } from '../../../src/domain/emulation/world.ts';
import type { ToolRequest } from '../../../src/domain/tool-call/schema.ts';
import { emptyWorld, shop } from './emulation-play.ts';

const made: EmulateReply = {
  result: { id: 'o-1', status: 'open', total: 12 },
  is_error: false,
  state_patch: [{ op: 'set', type: 'order', id: 'o-1', fields: { status: 'open', total: 12 } }],
};
const create: ToolRequest = { name: 'create_order', arguments: { total: 12 } };
const get: ToolRequest = { name: 'get_order', arguments: { order_id: 'o-1' } };
const after = nextWorld(emptyWorld(), create, made);

function rules(request: ToolRequest, reply: EmulateReply, state: EmulationState = after): string[] {
  return emulationProblems(reply, { server: shop, state, request }).map(({ rule }) => rule);
}

describe('an answer of the emulator', () => {
  it('stands when result and changes keep the rules', () => {
    assert.deepEqual(rules(create, made, emptyWorld()), []);
    assert.deepEqual(
      rules(get, { result: { id: 'o-1', status: 'open', total: 12 }, is_error: false, state_patch: [] }),
      [],
    );
  });

  it('is refused when the result does not fit the schema of the tool', () => {
    const reply = { ...made, result: { id: 'o-1', status: 'lost', total: '12' } };
    assert.deepEqual(rules(create, reply, emptyWorld()), [
      'result_off_schema',
      'result_off_schema',
      'entity_forgotten',
    ]);
  });

  it('is refused when a reading changes something, and not when it reveals something', () => {
    const reply = (op: 'set' | 'reveal'): EmulateReply => ({
      result: { id: 'o-7', status: 'done', total: 3 },
      is_error: false,
      state_patch: [{ op, type: 'order', id: 'o-7', fields: { status: 'done', total: 3 } }],
    });
    assert.deepEqual(rules(get, reply('set')), ['read_changes_state']);
    assert.deepEqual(rules(get, reply('reveal')), []);
  });

  it('is refused when an error changes something, or says nothing', () => {
    assert.deepEqual(rules(create, { ...made, is_error: true, result: 'Out of stock' }, emptyWorld()), [
      'error_changes_state',
    ]);
    assert.deepEqual(rules(get, { result: '', is_error: true, state_patch: [] }), ['result_off_schema']);
    assert.deepEqual(rules(get, { result: 'Internal error', is_error: true, state_patch: [] }), []);
  });

  it('is refused when what was made is found with other fields, or not at all', () => {
    const other = { result: { id: 'o-1', status: 'done', total: 99 }, is_error: false, state_patch: [] };
    assert.deepEqual(rules(get, other), ['entity_forgotten']);
    const gone = { result: 'order o-1 not found', is_error: true, state_patch: [] };
    assert.deepEqual(rules(get, gone), ['entity_forgotten']);
    assert.deepEqual(
      rules({ name: 'get_order', arguments: { order_id: 'o-9' } }, { ...gone, result: 'order o-9 not found' }),
      [],
    );
  });

  it('needs a schema of results from somewhere', () => {
    assert.throws(() => rules({ name: 'list_orders', arguments: {} }, made), /declares no result/);
  });
});
