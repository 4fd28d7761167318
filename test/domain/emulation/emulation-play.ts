/** A small server without anything behind it, for tests of emulation. */
import { EmulationState } from '../../../src/domain/emulation/schema.ts';
import { openWorld } from '../../../src/domain/emulation/world.ts';
import { PoolServer } from '../../../src/domain/tool-pool/schema.ts';

const text = { type: 'string' };
const idOnly = { type: 'object', properties: { order_id: text }, required: ['order_id'] };
const order = {
  type: 'object',
  properties: { id: text, status: { type: 'string', enum: ['open', 'active', 'done'] }, total: { type: 'number' } },
  required: ['id', 'status', 'total'],
};

/** The shop as it stands in the pool. */
export const shop: PoolServer = PoolServer.parse({
  name: 'shop',
  title: 'Shop',
  description: 'Orders of a shop',
  domain: 'commerce',
  licence: null,
  origin: 'openai',
  reach: { kind: 'documents' },
  tools: [
    { name: 'get_order', description: 'Get an order', parameters: idOnly, output: order },
    {
      name: 'create_order',
      description: 'Create an order',
      parameters: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] },
      output: order,
    },
    {
      name: 'update_order',
      description: 'Update an order',
      parameters: { type: 'object', properties: { order_id: text, total: { type: 'number' } }, required: ['order_id'] },
      output: order,
    },
    { name: 'cancel_order', description: 'Cancel an order', parameters: idOnly },
    { name: 'list_orders', description: 'List all orders', parameters: { type: 'object', properties: {} } },
  ],
  dropped: [],
  chains: [],
});

/** An empty world that does not show the question. */
export function emptyWorld(episode = 'episode-1'): EmulationState {
  return EmulationState.parse(openWorld({ seed: '1', episode, question: 'Where is my order?', showQuestion: 0 }));
}
