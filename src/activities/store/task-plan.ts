/** Planning tasks (method §4.1): one item per chain that passed and sample, and per server, number of tools and sample. */
import type { Pool, PoolClient } from 'pg';
import type { BlobHash, RunId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { RunConfig } from '../../domain/run/schema.ts';
import type { Trajectories } from '../../domain/run/trajectories/schema.ts';
import { chainOrders, freeOrders, type OrderSettings, type PlacedOrder } from '../../domain/task/orders.ts';
import { StoreError } from '../failures.ts';
import { toBody } from './blobs.ts';
import { insertItems, type NewItem } from './insert-items.ts';
import { loadPersonas } from './personas.ts';
import { type Queryable, query, transaction } from './pool.ts';
import { loadRunConfig } from './runs.ts';
import type { TaskStoreActivities } from './task-contract.ts';
import { importedItems, readTaskImports } from './task-imports.ts';
import { chainTaskOrdinal, freeTaskOrdinal } from './task-place.ts';

type Input = Parameters<TaskStoreActivities['planTasks']>[0];

/** Opens the tasks that are not there yet; returns how many the run has. See TaskStoreActivities. */
export async function planTasks(pool: Pool, { runId }: Input): Promise<{ tasks: number }> {
  const config = await loadRunConfig(pool, runId);
  const stage = requireStage(config, runId);
  const settings = await orderSettings(stage, config.seed);
  const imported = await readTaskImports(stage);
  return transaction(pool, async (client) => {
    // Two attempts of the activity may meet here: the second waits, then finds the tasks of the first.
    await query(client, 'select id from run where id = $1 for update', [runId]);
    const known = await query<{ id: string }>(client, "select id from item where run_id = $1 and kind = 'task'", [
      runId,
    ]);
    const ids = new Set(known.map(({ id }) => id));
    const planned = await plannedTasks(client, { runId, settings, imported });
    const items = planned.filter(({ id }) => !ids.has(id));
    await insertItems(client, { runId, kind: 'task', items });
    return { tasks: ids.size + items.length };
  });
}

/** The stage's configuration; fails with Store.BadInput for a run without it. */
export function requireStage({ trajectories }: RunConfig, runId: string): Trajectories {
  if (trajectories !== undefined) return trajectories;
  throw new StoreError('BadInput', `Run "${runId}" has no trajectories stage, so there are no tasks`);
}

async function orderSettings(stage: Trajectories, seed: number): Promise<OrderSettings> {
  const { perChain, free, augment } = stage.tasks;
  const personas = await loadPersonas(stage);
  const personasPerTask = augment.modes.includes('persona') ? augment.personasPerTask : 0;
  return { seed, perChain, free, personasPerTask, personas };
}

interface Planning {
  readonly runId: RunId;
  readonly settings: OrderSettings;
  readonly imported: Awaited<ReturnType<typeof readTaskImports>>;
}

async function plannedTasks(client: PoolClient, { runId, settings, imported }: Planning): Promise<NewItem[]> {
  const [chains, servers] = await Promise.all([passedChains(client, runId), poolServers(client, runId)]);
  const fromChains = chains.flatMap((chain) =>
    chainOrders(chain.server, chain, settings).map((placed, index) =>
      toItem(placed, { parentId: chain.id, ordinal: chainTaskOrdinal(chain.ordinal, index) }),
    ),
  );
  const free = servers.flatMap(({ id, ordinal, body, tools }) =>
    freeOrders(body, tools, settings).map((placed, index) =>
      toItem(placed, { parentId: id, ordinal: freeTaskOrdinal(ordinal, index) }),
    ),
  );
  return [...fromChains, ...free, ...importedItems(imported, servers, settings)];
}

function toItem({ id, order }: PlacedOrder, place: { parentId: string; ordinal: number }): NewItem {
  return { id, ...place, body: toBody(order as JsonObject), imported: order.given !== null }; // made of texts and numbers
}

interface PassedChain {
  readonly id: string;
  readonly ordinal: number;
  readonly server: string;
  readonly tools: readonly string[];
}

/** Chains that the verdicts let through; a rejected one gives no task. */
async function passedChains(on: Queryable, runId: RunId): Promise<PassedChain[]> {
  return query<PassedChain>(
    on,
    `select i.id, i.ordinal, b.body::json ->> 'server' as server, b.body::json -> 'tools' as tools
     from item i join blob b on b.hash = i.body
     where i.run_id = $1 and i.kind = 'chain' and i.status = 'ok' order by i.ordinal`,
    [runId],
  );
}

interface PoolEntry {
  /** Of the graph, which stands for the server in the pool. */
  readonly id: string;
  readonly ordinal: number;
  readonly body: BlobHash;
  readonly name: string;
  readonly tools: number;
}

/** Servers of the pool, whatever became of their graphs. */
async function poolServers(on: Queryable, runId: RunId): Promise<PoolEntry[]> {
  return query<PoolEntry>(
    on,
    `select i.id, i.ordinal, i.body, b.body::json ->> 'name' as name, json_array_length(b.body::json -> 'tools') as tools
     from item i join blob b on b.hash = i.body
     where i.run_id = $1 and i.kind = 'graph' and i.reason <> 'duplicate_server' order by i.ordinal`,
    [runId],
  );
}
