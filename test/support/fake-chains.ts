/** Chain building by hand, in memory: the pool holds every listed server, each graph leads to its chains. */
import type { McpActivities } from '../../src/activities/mcp/contract.ts';
import type { ChainStoreActivities } from '../../src/activities/store/chain-contract.ts';
import { blob, type FakeWorld } from './fake-activities.ts';

export function fakeChainStore(world: () => FakeWorld, note: (text: string) => void): ChainStoreActivities {
  return {
    planTools: () => Promise.resolve((note('plan tools'), { servers: world().servers.length, rejected: 0 })),
    recordServer({ id, listing }) {
      note(`record server ${id} ${listing === null ? 'from the file' : 'as listed'}`);
      world().closed.set(id, 'ok');
      return Promise.resolve({ status: 'ok' });
    },
    formToolPool() {
      const servers = world().servers.filter(({ id }) => world().closed.get(id) === 'ok').length;
      note(`form pool ${servers}`);
      return Promise.resolve({ servers, duplicates: 0, tools: servers * 3 });
    },
    recordGraph({ id, replies }) {
      const missing = replies.filter(({ reply }) => reply === null).length;
      note(`record graph ${id} replies=${replies.length} missing=${missing}`);
      world().closed.set(id, 'ok');
      return Promise.resolve({ outcome: { status: 'ok' }, edges: 2, chains: 1 });
    },
    recordChain({ id, asked, votes, backTranslations }) {
      note(`record chain ${id} ${asked.join('+')} votes=${votes.length} back=${backTranslations.length}`);
      world().closed.set(id, 'ok');
      return Promise.resolve({ status: 'ok' });
    },
  };
}

export function fakeTools(note: (text: string) => void): McpActivities {
  return { listTools: () => Promise.resolve((note('list tools'), { listing: blob('listing'), tools: 3 })) };
}
